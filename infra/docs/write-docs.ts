import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issuerOf } from '../../functions/config.ts';
import { bundleDir } from '../build/bundle.ts';
import type { DeploymentConfig } from '../config/config.ts';
import { type DocumentConfig, describeApi } from '../openapi/document.ts';
import { buildAssets } from './assets.ts';
import { pageHeaders, renderPage } from './page.ts';
import { renderRoot } from './root.ts';

/**
 * Writes the documentation into the bundles of the functions that serve it, as files beside their code.
 * @param bundles the folder that holds the bundles of all functions
 */
export function writeDocs(
  bundles: string,
  config: DocumentConfig & Pick<DeploymentConfig, 'audience' | 'docs' | 'docsClientId'>,
): void {
  const write = (functionId: string, files: Readonly<Record<string, string>>) => {
    const folder = bundleDir(bundles, functionId);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  };
  const issuer = issuerOf(config.auth0Domain);
  const headers = JSON.stringify(pageHeaders(issuer));
  const assets = buildAssets();

  write('getRoot', { 'root.json': renderRoot(config) });
  write('getOpenApi', { 'openapi.json': JSON.stringify(describeApi(config)) });
  write('getDocs', {
    'page.html': renderPage({ ...config, issuer, assets: assets.names }),
    'headers.json': headers,
  });
  mkdirSync(join(bundleDir(bundles, 'getDocsAsset'), 'assets'), { recursive: true });
  write('getDocsAsset', {
    'headers.json': headers,
    ...Object.fromEntries(Object.entries(assets.files).map(([name, content]) => [`assets/${name}`, content])),
  });
}
