import { describe, expect, it } from 'vitest';
import { product } from '../../../../functions/product.ts';
import { renderRoot } from '../../../../infra/docs/root.ts';

describe('the JSON of GET /', () => {
  it('names the description, the page, and each resource that needs no id', () => {
    expect(JSON.parse(renderRoot({ docs: true }))).toMatchObject({
      title: product.title,
      openapi: '{{base}}/openapi.json',
      docs: '{{base}}/docs',
      resources: { getMe: '{{base}}/me', getExport: '{{base}}/me/export' },
    });
  });

  it('names neither of them in a deployment without documentation', () => {
    const root = JSON.parse(renderRoot({ docs: false }));
    expect(root).not.toHaveProperty('openapi');
    expect(root).not.toHaveProperty('docs');
    expect(root.resources.getMe).toBe('{{base}}/me');
  });

  it('has no resource with an id, and nothing that is no resource', () => {
    const { resources } = JSON.parse(renderRoot({ docs: true }));
    for (const id of ['getRoot', 'getOpenApi', 'getDocs', 'getDocsAsset']) {
      expect(resources).not.toHaveProperty(id);
    }
  });
});
