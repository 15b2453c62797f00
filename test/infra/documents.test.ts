import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config/config.ts';
import { readLocalSettings } from '../../infra/start/settings.ts';
import manifest from '../../package.json' with { type: 'json' };
import { changesOf } from '../extension/guide.ts';
import { projectDir } from '../support/local-process.ts';
import { findDocuments, headingsOf, linksOf, namesInTable } from '../support/markdown.ts';

const documents = findDocuments();
const read = (path: string) => readFileSync(join(projectDir, path), 'utf8');

/** Why a link leads nowhere; undefined when it leads somewhere. */
function brokenReason(document: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : relative('', join(dirname(document), path));
  if (!existsSync(join(projectDir, target))) return `${target} does not exist`;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  return headingsOf(read(target)).includes(anchor) ? undefined : `${target} has no heading #${anchor}`;
}

describe('the documents', () => {
  it('are found', () => {
    expect(documents).toContain('README.md');
    expect(documents).toContain('functions/README.md');
    expect(documents.filter((path) => path.includes('node_modules'))).toEqual([]);
  });

  it.each(documents)('%s has no broken link', (document) => {
    const broken = linksOf(read(document))
      .map((link) => [link, brokenReason(document, link)])
      .filter(([, reason]) => reason !== undefined);
    expect(broken).toEqual([]);
  });

  it('README.md has at most 150 lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('name every npm script that a person runs', () => {
    const all = documents.map(read).join('\n');
    const hooks = /^(pre|post)/;
    const scripts = Object.keys(manifest.scripts).filter((name) => !hooks.test(name));
    const isNamed = (name: string) => new RegExp(`\\bnpm (run )?${name}(?![\\w:-])`).test(all);
    expect(scripts.filter((name) => !isNamed(name))).toEqual([]);
  });
});

describe('test/bench/RESULTS.md', () => {
  const text = read('test/bench/RESULTS.md');

  it('has at most 150 lines beside what the benchmark writes', () => {
    const byHand = text.replace(/^<!-- measured: (.+) -->\n[\s\S]*?^<!-- end: \1 -->\n/gm, '');
    expect(byHand).not.toContain('<!--');
    expect(byHand.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('shows every chart of the benchmark', () => {
    const charts = readdirSync(join(projectDir, 'test/bench/charts')).map((file) => `charts/${file}`);
    expect(linksOf(text).filter((link) => link.startsWith('charts/'))).toHaveLength(charts.length);
    expect(linksOf(text)).toEqual(expect.arrayContaining(charts));
  });

  it('has no claim that is written by hand', () => {
    const [, claims = ''] = /^## Claims\n([\s\S]*?)^## /m.exec(text) ?? [];
    expect(
      claims.replace(/^<!-- measured: (\w+) claims -->\n[\s\S]*?^<!-- end: \1 claims -->\n/gm, '').trim(),
    ).toBe('');
  });
});

describe('functions/README.md', () => {
  it.each(changesOf(read('functions/README.md')))(
    'shows an addition to lines that $file has exactly once, also after another addition there',
    ({ file, before, after }) => {
      expect(`\n${read(file)}`.split(`\n${before}`), before).toHaveLength(2);
      expect(after).toContain(before);
    },
  );
});

describe('infra/README.md', () => {
  const text = read('infra/README.md');

  it('lists the settings of a deployment, and no others', () => {
    // Some settings are read only together with others.
    const values: Readonly<Record<string, string>> = {
      AUTH0_DOMAIN: 'tenant.eu.auth0.com',
      AUTH0_API_AUDIENCE: 'https://todo.example.com',
      WAF: 'true',
    };
    const names = new Set<string>();
    readConfig((name) => {
      names.add(name);
      return values[name];
    });
    expect(namesInTable(text, 'Settings of a deployment').sort()).toEqual([...names].sort());
  });

  it('lists the environment variables of npm start, and no others', () => {
    const names = new Set<string>();
    const environment = new Proxy<Record<string, string>>(
      {},
      {
        get(_target, name) {
          names.add(String(name));
          return undefined;
        },
      },
    );
    readLocalSettings(environment);
    expect(namesInTable(text, 'Develop', 'variable').sort()).toEqual([...names].sort());
  });
});

describe('a document', () => {
  it('has anchors as GitHub makes them', () => {
    const text = '# The `id` of a todo\n## Stages, and more\n```sh\n# a comment\n```\n## Cost\n## Cost\n';
    expect(headingsOf(text)).toEqual(['the-id-of-a-todo', 'stages-and-more', 'cost', 'cost-1']);
  });

  it('has links outside of code', () => {
    const text = '[a](b.md#c) `[d](e)` ![f](g.png) [h](https://example.com)\n```\n[i](j)\n```\n    [k](l)\n';
    expect(linksOf(text)).toEqual(['b.md#c', 'g.png']);
  });

  it('has names in the first column of a table', () => {
    const text =
      '## A\n| x |\n|---|\n| `B` |\n\n| setting | y |\n|---|---|\n| `C`, `D` | `E` |\n## F\n| `G` |\n';
    expect(namesInTable(text, 'A')).toEqual(['C', 'D']);
  });
});
