/** What a webhook names in place of an address to have its events put on the deployment's own EventBridge bus. */
export const EVENT_BUS_URL = 'eventbridge:';
