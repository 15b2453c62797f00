import type { Component, ComponentProperties, SwaggerUiPlugin } from './swagger-ui.ts';

/** The name of the layout in the settings of Swagger UI. */
export const LAYOUT = 'DocsLayout';

/** Replaces the parts of Swagger UI that the page has in a form of its own. */
export const docsPlugin: SwaggerUiPlugin = ({ React }) => {
  const { createElement, useEffect, useRef } = React;
  const Nothing = () => null;

  /** The parts that the page needs of Swagger UI's own layout: no choice of servers, and no second sign-in. */
  const Layout: Component = ({ getComponent, specSelectors }) => {
    const show = (name: string) => createElement(getComponent(name, true), null);
    const isLoaded = specSelectors.loadingStatus() === 'success';
    return createElement(
      'div',
      { className: 'swagger-ui' },
      createElement(
        'div',
        { className: 'wrapper' },
        show('errors'),
        ...(isLoaded
          ? [
              show('SvgAssets'),
              show('InfoContainer'),
              createElement('h2', { id: 'operations' }, 'Operations'),
              show('operations'),
              show('Models'),
            ]
          : []),
      ),
    );
  };

  /** Gives the fields in a component the names that Swagger UI leaves out. Screen readers read them aloud. */
  const named =
    (nameOf: (properties: ComponentProperties) => string) =>
    (Original: Component): Component =>
    (properties) => {
      const place = useRef<HTMLElement>(null);
      useEffect(() => {
        for (const field of place.current?.querySelectorAll('select, textarea') ?? []) {
          field.setAttribute('aria-label', nameOf(properties));
        }
      });
      return createElement('div', { ref: place }, createElement(Original, properties));
    };

  return {
    components: {
      [LAYOUT]: Layout,
      // The page has one sign-in for all operations.
      authorizeOperationBtn: Nothing,
      // Every operation can be tried at once.
      TryItOutButton: Nothing,
    },
    wrapComponents: {
      ExamplesSelect: named(() => 'Example'),
      JsonSchemaForm: named(({ description }) => description),
      RequestBodyEditor: named(() => 'Request body'),
      // The command is long, because it has the token. The response follows it.
      curl: (Curl) => (properties) =>
        createElement(
          'details',
          null,
          createElement('summary', null, 'Command for curl'),
          createElement(Curl, properties),
        ),
      liveResponse: (LiveResponse) => (properties) => {
        const place = useRef<HTMLElement>(null);
        // The button stays in view, and the response follows it. Swagger UI makes a new object of the same response each
        // time it renders another operation, so only its content tells a new response.
        useEffect(() => {
          place.current?.closest('.opblock')?.querySelector('.execute')?.scrollIntoView();
        }, [JSON.stringify(properties.response)]);
        return createElement('div', { ref: place }, createElement(LiveResponse, properties));
      },
    },
  };
};
