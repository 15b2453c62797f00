import { go, java, npm, python, type Tools } from './tools.ts';

/** A generator, and the commands that a person types to use its client. They run in a folder with openapi.json. */
export interface GeneratedClient {
  readonly name: string;
  readonly version: string;
  readonly language: 'Go' | 'Java' | 'Python' | 'TypeScript';
  readonly tools: readonly Tools[];
  /** The folder in programs/ with the program that uses the client. */
  readonly program: string;
  readonly generate: string;
  readonly compile: readonly string[];
  readonly run: string;
}

const typescript = {
  language: 'TypeScript',
  compile: [
    'tsc --project tsconfig.json',
    'esbuild main.ts --bundle --platform=node --format=esm --outfile=main.mjs --log-level=warning',
  ],
  run: 'node main.mjs',
} as const;

const pythonProgram = {
  language: 'Python',
  compile: ['python -m mypy --follow-imports silent main.py support.py'],
  run: 'python main.py',
} as const;

const classPath = process.platform === 'win32' ? 'target/classes;lib/*' : 'target/classes:lib/*';

const openApiGenerator = {
  name: 'openapi-generator-cli',
  version: java.versionOf('openapi-generator-cli'),
} as const;
const generateWith = (options: string) =>
  `java org.openapitools.codegen.OpenAPIGenerator generate --input-spec openapi.json ${options}`;

export const clients: readonly GeneratedClient[] = [
  {
    name: '@hey-api/openapi-ts',
    version: npm.versionOf('@hey-api/openapi-ts'),
    tools: [npm],
    program: 'hey-api',
    generate: 'openapi-ts --input openapi.json --output api',
    ...typescript,
  },
  {
    name: 'orval',
    version: npm.versionOf('orval'),
    tools: [npm],
    program: 'orval',
    generate: 'orval --config orval.config.ts',
    ...typescript,
  },
  {
    ...openApiGenerator,
    tools: [java, npm],
    program: 'openapi-generator-typescript',
    generate: generateWith('--generator-name typescript-fetch --output api'),
    ...typescript,
  },
  {
    ...openApiGenerator,
    tools: [java, python],
    program: 'openapi-generator-python',
    generate: generateWith('--generator-name python --output .'),
    ...pythonProgram,
  },
  {
    ...openApiGenerator,
    language: 'Java',
    tools: [java],
    program: 'openapi-generator-java',
    generate: generateWith('--generator-name java --output .'),
    compile: [
      'mvn --batch-mode --quiet compile dependency:copy-dependencies -DoutputDirectory=lib',
      `javac --class-path "${classPath}" -d target/classes Round.java`,
    ],
    run: `java --class-path "${classPath}" Round`,
  },
  {
    name: 'openapi-python-client',
    version: python.versionOf('openapi-python-client'),
    tools: [python],
    program: 'openapi-python-client',
    generate:
      'python -m openapi_python_client generate --path openapi.json --output-path api --meta none --fail-on-warning',
    ...pythonProgram,
  },
  {
    name: 'oapi-codegen',
    version: go.versionOf('oapi-codegen'),
    language: 'Go',
    tools: [go],
    program: 'oapi-codegen',
    generate: 'go tool oapi-codegen -config oapi-codegen.yaml openapi.json',
    compile: ['go vet .', 'go build -o round .'],
    run: './round',
  },
];
