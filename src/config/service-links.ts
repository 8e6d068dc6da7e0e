const NAME = /_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;
const ADDRESS = /^(tcp|udp|sctp):\/\/\S+:\d+$/i;

/**
 * Tells whether a variable is one that Kubernetes sets in every pod beside a Service, or Docker in a linked container:
 * `NAME_SERVICE_HOST`, `NAME_SERVICE_PORT[_…]`, `NAME_PORT_80_TCP[_…]`, and `NAME_PORT` with the value `tcp://…`.
 * A Service named `rolegraph` or `rolegraph-admin` makes some that look like settings of ours
 * (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
 */
export function isServiceLink(variable: string, value: string): boolean {
  return NAME.test(variable) || (variable.endsWith('_PORT') && ADDRESS.test(value));
}
