/** The part of Swagger UI's interface that the page uses. The package has no types. */
export interface SwaggerUi {
  /** Sends a token with each call, in the way that a security scheme of the document says. */
  preauthorizeApiKey(scheme: string, token: string): void;
  readonly authActions: { logout(schemes: readonly string[]): void };
}

interface SwaggerUiSettings {
  readonly url: string;
  readonly dom_id: string;
  readonly presets: readonly unknown[];
  readonly plugins: readonly SwaggerUiPlugin[];
  readonly layout: string;
  /** null turns off the validation by a service of Swagger. */
  readonly validatorUrl: null;
  readonly persistAuthorization: boolean;
  readonly tryItOutEnabled: boolean;
  readonly displayRequestDuration: boolean;
  /** The colours of code. */
  readonly syntaxHighlight: { readonly theme: string };
  readonly docExpansion: 'list' | 'full' | 'none';
  readonly defaultModelsExpandDepth: number;
  readonly responseInterceptor: (response: SwaggerUiResponse) => SwaggerUiResponse;
  readonly onComplete: () => void;
}

/** A response to a tried-out operation, or to the request for the OpenAPI document. */
interface SwaggerUiResponse {
  readonly url: string;
  text: string;
}

/**
 * Adds components, or wraps those of Swagger UI.
 * Source: https://swagger.io/docs/open-source-tools/swagger-ui/customization/plugin-api/
 */
export type SwaggerUiPlugin = (system: { readonly React: React }) => {
  readonly components?: Readonly<Record<string, Component>>;
  readonly wrapComponents?: Readonly<Record<string, (original: Component) => Component>>;
};

/** The part of React that the page uses. */
export interface React {
  createElement(
    type: string | Component,
    properties: object | null,
    ...children: readonly unknown[]
  ): Element;
  useEffect(effect: () => void, dependencies?: readonly unknown[]): void;
  useRef<Value>(initial: Value | null): { current: Value | null };
}

/** What a component shows. Only React looks into it. */
export type Element = unknown;

/** The properties that Swagger UI gives to the components of this page. */
export interface ComponentProperties {
  /** Finds a component by its name. Connected components get the system in their properties. */
  getComponent(name: string, connected?: true): Component;
  readonly specSelectors: { loadingStatus(): 'loading' | 'success' | 'failed' };
  /** The name of the parameter that a field is for. */
  readonly description: string;
  /** The response to show. JSON has its status, headers and text. */
  readonly response: unknown;
}

export type Component = (properties: ComponentProperties) => Element;

declare global {
  /** The global variable of swagger-ui-bundle.js. */
  const SwaggerUIBundle: {
    (settings: SwaggerUiSettings): SwaggerUi;
    readonly presets: { readonly apis: unknown };
  };
}
