/** The part of Swagger UI's interface that the page uses. The package has no types. */
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
  /** null turns off the validation by a service of Swagger. */
  readonly validatorUrl: null;
  readonly persistAuthorization: boolean;
  readonly tryItOutEnabled: boolean;
  readonly displayRequestDuration: boolean;
  readonly docExpansion: 'list' | 'full' | 'none';
  readonly defaultModelsExpandDepth: number;
  readonly requestInterceptor: (request: SwaggerUiRequest) => SwaggerUiRequest;
  readonly responseInterceptor: (response: SwaggerUiResponse) => SwaggerUiResponse;
}

/** A request for a tried-out operation, for the OpenAPI document, or for a token. */
interface SwaggerUiRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** The response to such a request. Swagger UI parses the OpenAPI document from its text. */
interface SwaggerUiResponse {
  readonly url: string;
  text: string;
}

declare global {
  /** The global variable of swagger-ui-bundle.js. */
  const SwaggerUIBundle: {
    (settings: SwaggerUiSettings): SwaggerUi;
    readonly presets: { readonly apis: unknown };
  };
}
