import type { RowFields } from "../../ports/row-macs.ts";

/** What is posted, and where to: the part of a delivery that never changes. */
export interface DeliveryContent {
  readonly tenant: string;
  readonly eventId: string;
  readonly endpoint: string;
  readonly event: string;
  readonly body: string;
}

/** What the MAC of a delivery is over. */
export function deliveryMacFields({ tenant, eventId, endpoint, event, body }: DeliveryContent): RowFields {
  return { tenant, eventId, endpoint, event, body };
}

export const deliveryMacTable = "latchkey_webhook_deliveries";
