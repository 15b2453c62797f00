import { readStage } from '../../../infra/config/stages.ts';
import type { DocumentConfig } from '../../../infra/openapi/document.ts';

/** The settings of a deployment that the OpenAPI document shows. */
export const documentConfig: DocumentConfig = {
  auth0Domain: 'tenant.eu.auth0.com',
  requireScopes: false,
  stage: readStage('sandbox'),
  domain: undefined,
};
