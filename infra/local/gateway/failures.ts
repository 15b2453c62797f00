export interface Failure {
  responseType: string;
  status: number;
  /** $context.error.message. For a failed authorizer, API Gateway has none. */
  message: string | null;
  /** The value of the header x-amzn-ErrorType. */
  errorType: string;
}

/**
 * The failures of a request, with the default responses of API Gateway.
 * Source: API Gateway guide, "Gateway response types for API Gateway"
 */
export const failures = {
  ACCESS_DENIED: {
    responseType: 'ACCESS_DENIED',
    status: 403,
    message: 'User is not authorized to access this resource',
    errorType: 'AccessDeniedException',
  },
  EXPLICIT_DENY: {
    responseType: 'ACCESS_DENIED',
    status: 403,
    message:
      'User is not authorized to access this resource with an explicit deny in an identity-based policy',
    errorType: 'AccessDeniedException',
  },
  API_CONFIGURATION_ERROR: {
    responseType: 'API_CONFIGURATION_ERROR',
    status: 500,
    message: 'Internal server error',
    errorType: 'InternalServerErrorException',
  },
  AUTHORIZER_CONFIGURATION_ERROR: {
    responseType: 'AUTHORIZER_CONFIGURATION_ERROR',
    status: 500,
    message: null,
    errorType: 'AuthorizerConfigurationException',
  },
  AUTHORIZER_FAILURE: {
    responseType: 'AUTHORIZER_FAILURE',
    status: 500,
    message: null,
    errorType: 'AuthorizerConfigurationException',
  },
  BAD_REQUEST: {
    responseType: 'DEFAULT_4XX',
    status: 400,
    message: 'Bad Request',
    errorType: 'BadRequestException',
  },
  /** The body does not have the form of its model, or is not JSON. */
  BAD_REQUEST_BODY: {
    responseType: 'BAD_REQUEST_BODY',
    status: 400,
    message: 'Invalid request body',
    errorType: 'BadRequestException',
  },
  HEADERS_TOO_LARGE: {
    responseType: 'DEFAULT_4XX',
    status: 431,
    message: 'HTTP header is larger than 10240 bytes.',
    errorType: 'BadRequestException',
  },
  /** API Gateway knows no API with the Host of the request. So no template customizes this response. */
  FORBIDDEN: {
    responseType: 'FORBIDDEN',
    status: 403,
    message: 'Forbidden',
    errorType: 'ForbiddenException',
  },
  /** Lambda refuses to start the function. API Gateway does not pass its 429 on, and responds with a 500 by default. */
  FUNCTION_THROTTLED: {
    responseType: 'INTEGRATION_FAILURE',
    status: 500,
    message: 'Internal server error',
    errorType: 'InternalServerErrorException',
  },
  /** A function error or a malformed result. Only DEFAULT_5XX customizes this 502. */
  INTEGRATION_FAILURE: {
    responseType: 'DEFAULT_5XX',
    status: 502,
    message: 'Internal server error',
    errorType: 'InternalServerErrorException',
  },
  INTEGRATION_TIMEOUT: {
    responseType: 'INTEGRATION_TIMEOUT',
    status: 504,
    message: 'Endpoint request timed out',
    errorType: 'InternalServerErrorException',
  },
  MISSING_AUTHENTICATION_TOKEN: {
    responseType: 'MISSING_AUTHENTICATION_TOKEN',
    status: 403,
    message: 'Missing Authentication Token',
    errorType: 'MissingAuthenticationTokenException',
  },
  REQUEST_TOO_LARGE: {
    responseType: 'REQUEST_TOO_LARGE',
    status: 413,
    message: 'Request Too Long',
    errorType: 'RequestTooLargeException',
  },
  THROTTLED: {
    responseType: 'THROTTLED',
    status: 429,
    message: 'Too Many Requests',
    errorType: 'TooManyRequestsException',
  },
  UNAUTHORIZED: {
    responseType: 'UNAUTHORIZED',
    status: 401,
    message: 'Unauthorized',
    errorType: 'UnauthorizedException',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    responseType: 'UNSUPPORTED_MEDIA_TYPE',
    status: 415,
    message: 'Unsupported Media Type',
    errorType: 'UnsupportedMediaTypeException',
  },
} satisfies Record<string, Failure>;

export type FailureName = keyof typeof failures;

/** All types that a template can customize, with those that never occur locally. */
export const gatewayResponseTypes: ReadonlySet<string> = new Set([
  'ACCESS_DENIED',
  'API_CONFIGURATION_ERROR',
  'AUTHORIZER_CONFIGURATION_ERROR',
  'AUTHORIZER_FAILURE',
  'BAD_REQUEST_BODY',
  'BAD_REQUEST_PARAMETERS',
  'DEFAULT_4XX',
  'DEFAULT_5XX',
  'EXPIRED_TOKEN',
  'INTEGRATION_FAILURE',
  'INTEGRATION_TIMEOUT',
  'INVALID_API_KEY',
  'INVALID_SIGNATURE',
  'MISSING_AUTHENTICATION_TOKEN',
  'QUOTA_EXCEEDED',
  'REQUEST_TOO_LARGE',
  'RESOURCE_NOT_FOUND',
  'THROTTLED',
  'UNAUTHORIZED',
  'UNSUPPORTED_MEDIA_TYPE',
  'WAF_FILTERED',
]);

/** The gateway itself responds to the request, with a gateway response. */
export class GatewayError extends Error {
  override name = 'GatewayError';
  readonly failure: FailureName;

  /** @param detail for the access log; the client sees only the gateway response */
  constructor(failure: FailureName, detail?: string) {
    super(detail ?? failures[failure].message ?? failure);
    this.failure = failure;
  }
}
