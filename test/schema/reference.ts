import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';
import { types } from './walk.ts';

type Member = GraphQLField<unknown, unknown> | GraphQLArgument | GraphQLInputField;

/** Writes the reference of a schema in Markdown: what can be asked first, then every type by name. */
export function schemaReference(schema: GraphQLSchema): string {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const rootTypes = roots.filter((type) => type !== undefined && type !== null);
  const others = types(schema)
    .filter((type) => !rootTypes.some((root) => root === type))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return [...rootTypes, ...others].map(section).join('\n');
}

function section(type: GraphQLNamedType): string {
  return `## ${type.name}\n\n*${kind(type)}.* ${sentence(type.description)}\n${members(type)}`;
}

function kind(type: GraphQLNamedType): string {
  if (isEnumType(type)) return 'Enum';
  if (isScalarType(type)) return 'Scalar';
  if (isUnionType(type)) return `Union of ${type.getTypes().map(link).join(', ')}`;
  if (isInputObjectType(type)) return type.isOneOf ? 'Input, exactly one field of which is given' : 'Input';
  const word = isInterfaceType(type) ? 'Interface' : 'Type';
  const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
  return interfaces.length === 0 ? word : `${word}, implements ${interfaces.map(link).join(', ')}`;
}

function link({ name }: GraphQLNamedType): string {
  return `[\`${name}\`](#${name.toLowerCase()})`;
}

function members(type: GraphQLNamedType): string {
  if (isEnumType(type)) {
    const rows = type.getValues().map((value) => `| \`${value.name}\` | ${note(value)} |\n`);
    return `\n| Value | Meaning |\n| --- | --- |\n${rows.join('')}`;
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    const rows = Object.values(type.getFields()).flatMap((field) => [
      row(field),
      ...field.args.map(argumentRow),
    ]);
    return table(rows);
  }
  return isInputObjectType(type) ? table(Object.values(type.getFields()).map((field) => row(field))) : '';
}

function table(rows: readonly string[]): string {
  return `\n| Field | Type | Meaning |\n| --- | --- | --- |\n${rows.join('')}`;
}

function argumentRow(argument: GraphQLArgument): string {
  return row(argument, '&nbsp;&nbsp;');
}

function row(member: Member, indent = ''): string {
  return `| ${indent}\`${member.name}\` | \`${member.type}\` | ${note(member)} |\n`;
}

function note(member: Pick<Member, 'description' | 'deprecationReason'>): string {
  const { description, deprecationReason } = member;
  return `${sentence(description)}${deprecationReason ? ` **Deprecated:** ${sentence(deprecationReason)}` : ''}`;
}

/** One line that a table's cell can hold. */
function sentence(text: string | null | undefined): string {
  return (text ?? '').replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}
