/** Requests per minute that the widget's public endpoints accept. */
export const widgetLimits = {
  /** Sessions and messages from one address: a family or an office behind one line. */
  perAddress: 120,
  /** Messages of one visitor: faster than anybody types. */
  perVisitor: 20,
  /** Messages through one widget key: a shop on a very good day. */
  perKey: 1_200,
  /** News that one visitor asks for. */
  pollsPerVisitor: 60,
}

/** Largest body that the widget's endpoints read, in bytes. */
export const MAX_BODY_BYTES = 16 * 1024
