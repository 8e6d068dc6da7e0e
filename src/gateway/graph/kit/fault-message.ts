/** A variable, its value, and what graphql says about it; of several places where that may begin, the last. */
const VARIABLE =
  /^(Variable "\$\w+" got invalid value) [\s\S]*; ((?:Expected|Field|Exactly|Value|Enum|ID|String|Int|Float|Boolean|DateTime)\b[\s\S]*)$/;

/**
 * Takes the values out of what graphql says is wrong with a document or a variable: they may be secrets, and an error is
 * read by more people than a request. The name of the variable, the path in it, and the place in the document stay.
 */
export function withoutValues(message: string): string {
  const [, variable, reason = ''] = VARIABLE.exec(message) ?? [];
  if (variable === undefined) return withoutLiterals(message);
  const place = / at ("[\w.[\]]+"); /.exec(message.slice(0, -reason.length))?.[1];
  return `${variable}${place ? ` at ${place}` : ''}; ${withoutLiterals(reason)}`;
}

function withoutLiterals(message: string): string {
  return message
    .replace(/((?:Enum "[^"]*"|\b\w+) cannot represent [^:]*?(?:value|date-time-string)):? [\s\S]*$/, '$1.')
    .replace(/^(Expected value of type "[^"]*"), found ["{[][\s\S]*$/, '$1.')
    .replace(/^(Syntax Error: [\s\S]*?(?:Block)?String) "[\s\S]*"/, '$1');
}
