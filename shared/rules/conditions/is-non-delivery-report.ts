/** `isNonDeliveryReport`: a report on the delivery of a message sent before (RFC 3464), be it bad news or good. */
import { structureCondition } from './boolean.ts';

const DELIVERY = new Set(['message/delivery-status', 'message/global-delivery-status']);

export const isNonDeliveryReportCondition = structureCondition({
  name: 'isNonDeliveryReport',
  yes: 'reports on a delivery',
  no: 'reports on no delivery',
  holds: (parts) =>
    parts.some(
      ({ type, parameters }) =>
        DELIVERY.has(type) || (type === 'multipart/report' && parameters?.['report-type'] === 'delivery-status'),
    ),
});
