/** The part of Swagger UI's interface that the page uses; the package has no types of its own. */
export interface SwaggerUi {
  initOAuth(settings: {
    readonly clientId?: string;
    readonly appName: string;
    readonly scopes: string;
    readonly additionalQueryStringParams: Readonly<Record<string, string>>;
    readonly usePkceWithAuthorizationCodeGrant: boolean;
  }): void;
  readonly authActions: { logout(schemes: readonly string[]): void };
  readonly authSelectors: { authorized(): ReadonlyMap<string, unknown> };
  getStore(): { subscribe(listener: () => void): void };
}

interface SwaggerUiSettings {
  readonly url: string;
  readonly dom_id: string;
  readonly presets: readonly unknown[];
  readonly layout: string;
  readonly oauth2RedirectUrl: string;
  /** null: nobody else is asked whether the document is valid. */
  readonly validatorUrl: null;
  readonly persistAuthorization: boolean;
  readonly tryItOutEnabled: boolean;
  readonly displayRequestDuration: boolean;
  readonly docExpansion: 'list' | 'full' | 'none';
  readonly defaultModelsExpandDepth: number;
  readonly requestInterceptor: (request: SwaggerUiRequest) => SwaggerUiRequest;
}

/** Of a call that is tried out, of the document, and of the token. */
interface SwaggerUiRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
}

declare global {
  /** What swagger-ui-bundle.js puts on the window. */
  const SwaggerUIBundle: {
    (settings: SwaggerUiSettings): SwaggerUi;
    readonly presets: { readonly apis: unknown };
  };
}
