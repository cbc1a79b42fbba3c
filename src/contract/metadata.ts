/** Fields of a shop's own, of a product or an order: a JSON object. */
export type Metadata = { [name: string]: unknown }
