/** CloudFormation's intrinsic functions, as far as this stack uses them; an unknown one throws, so that none is passed over. */
import { isRecord, type Json } from './template.ts';

export type Known = {
  /** What `Ref` of a resource, parameter or pseudo parameter gives. */
  readonly ref: (id: string) => string;
  /** What `Fn::GetAtt` gives. */
  readonly attribute: (id: string, name: string) => string;
};

/** The value with every intrinsic function carried out. Throws with the name of one that is not known. */
export const resolveValue = (value: Json, known: Known): Json => {
  if (Array.isArray(value)) return value.map((one: Json) => resolveValue(one, known));
  if (!isRecord(value)) return value;
  const [name, ...others] = Object.keys(value);
  if (name !== undefined && others.length === 0 && isIntrinsic(name)) return carryOut(name, value[name] ?? null, known);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolveValue(one, known)]));
};

export const isIntrinsic = (name: string): boolean => name === 'Ref' || name.startsWith('Fn::');

const carryOut = (name: string, argument: Json, known: Known): Json => {
  if (name === 'Ref') return known.ref(String(argument));
  if (name === 'Fn::GetAtt') return known.attribute(...attributeOf(argument));
  if (name === 'Fn::Sub') return substitute(argument, known);
  if (name === 'Fn::Join') {
    const [separator, parts] = resolveValue(argument, known) as [string, string[]];
    return parts.join(separator);
  }
  if (name === 'Fn::Select') {
    const [index, list] = resolveValue(argument, known) as [string | number, Json[]];
    return list[Number(index)] ?? null;
  }
  if (name === 'Fn::Split') {
    const [separator, text] = resolveValue(argument, known) as [string, string];
    return text.split(separator);
  }
  if (name === 'Fn::GetAZs') return ['a', 'b'].map((zone) => `${known.ref('AWS::Region')}${zone}`);
  throw new Error(`the rehearsal does not know ${name}`);
};

/** Both spellings: `["Id", "Name"]` and `"Id.Name"`. */
export const attributeOf = (argument: Json): [id: string, name: string] => {
  if (Array.isArray(argument)) return [String(argument[0]), argument.slice(1).join('.')];
  const [id = '', ...name] = String(argument).split('.');
  return [id, name.join('.')];
};

const substitute = (argument: Json, known: Known): string => {
  const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = isRecord(own) ? own : {};
  return String(text).replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
    if (name in variables) return String(resolveValue(variables[name] ?? null, known));
    return name.includes('.') ? known.attribute(...attributeOf(name)) : known.ref(name);
  });
};
