/** Mistakes to be planted in the template that is deployed, and the words by which the rehearsal has to find each. */
import { isRecord, type Json, ofType, plainId, type Resource, type Template } from './template/template.ts';

export type Planted = {
  readonly name: string;
  readonly plant: (template: Template) => Template;
  /** Stands in a line that the rehearsal then says. */
  readonly found: RegExp;
};

/** The template with one resource changed. Throws where it is not there, so that no mistake is planted in vain. */
const changed = (
  template: Template,
  type: string,
  id: string,
  change: (properties: NonNullable<Resource['Properties']>) => object,
): Template => {
  const [found] = ofType(template, type).filter(([name]) => plainId(name) === id);
  if (found === undefined) throw new Error(`there is no ${type} ${id} to plant a mistake in`);
  const [name, resource] = found;
  const Properties = change(resource.Properties ?? {}) as Resource['Properties'];
  return {
    ...template,
    Resources: { ...template.Resources, [name]: { ...resource, ...(Properties ? { Properties } : {}) } },
  };
};

/** The policy of a role with its first statement for a service changed. */
const regranted = (
  template: Template,
  role: string,
  service: string,
  change: (actions: readonly string[]) => string[],
): Template =>
  changed(template, 'AWS::IAM::Policy', `${role}DefaultPolicy`, (properties) => {
    const document = properties['PolicyDocument'];
    const statements = isRecord(document) ? ([document['Statement'] ?? []].flat() as Json[]) : [];
    const isMeant = (one: Json): boolean => isRecord(one) && JSON.stringify(one['Action']).includes(`"${service}:`);
    const at = statements.findIndex(isMeant);
    const meant = statements[at];
    if (!isRecord(meant) || !isRecord(document)) throw new Error(`${role} has no grant for ${service}`);
    const Action = change([meant['Action'] ?? []].flat().map(String));
    const Statement = statements.with(at, { ...meant, Action });
    return { ...properties, PolicyDocument: { ...document, Statement } };
  });

export const PLANTED: readonly Planted[] = [
  {
    name: 'a grant that is missing',
    plant: (template) =>
      regranted(template, 'SyncRole', 'dynamodb', (actions) => actions.filter((one) => one !== 'dynamodb:UpdateItem')),
    found: /SyncRole may not dynamodb:UpdateItem/,
  },
  {
    name: 'a grant that nobody needs',
    plant: (template) => regranted(template, 'ApiRole', 'sqs', (actions) => [...actions, 'sqs:PurgeQueue']),
    found: /ApiRole never needed sqs:PurgeQueue/,
  },
  {
    name: 'a message that is hidden for less long than it is worked on',
    plant: (template) =>
      changed(template, 'AWS::SQS::Queue', 'Checks', (properties) => ({ ...properties, VisibilityTimeout: 60 })),
    found: /hides a message for longer than the function runs/,
  },
  {
    name: 'a property that is misspelt',
    plant: (template) =>
      changed(template, 'AWS::DynamoDB::Table', 'Table', ({ TimeToLiveSpecification = null, ...properties }) => ({
        ...properties,
        TimeToLiveSpecifications: TimeToLiveSpecification,
      })),
    found: /no property TimeToLiveSpecifications/,
  },
];
