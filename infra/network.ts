/** One address towards mail servers that does not change: functions in private subnets behind a NAT gateway. Made only when asked for. */
import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnEIP,
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type ISecurityGroup,
  type IVpc,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { usePrivateNetwork } from './permissions.ts';
import type { StackSettings } from './settings.ts';

/** What a function in it is made with. */
export type Network = {
  readonly vpc: IVpc;
  readonly securityGroups: readonly ISecurityGroup[];
  readonly may: readonly PolicyStatement[];
};

/** IMAP's two ports, and HTTPS for AWS, sign-in providers and webhooks. */
const PORTS = [143, 443, 993];

export const createNetwork = (scope: Construct, settings: StackSettings): Network | undefined => {
  if (!settings.fixedEgressIp) return undefined;
  const address = new CfnEIP(scope, 'EgressAddress', { domain: 'vpc' });
  // CDK's own types do not fit each other under exactOptionalPropertyTypes.
  const vpc = new Vpc(scope, 'Network', {
    ipAddresses: IpAddresses.cidr('10.88.0.0/24'),
    maxAzs: 2,
    natGateways: 1,
    natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [address.attrAllocationId] }),
    subnetConfiguration: [
      { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
      { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 26 },
    ],
    // Costs nothing, and keeps the table's traffic off the NAT gateway, which is priced by the gigabyte.
    gatewayEndpoints: { table: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
    restrictDefaultSecurityGroup: false,
  }) as IVpc;
  const flows = new LogGroup(scope, 'NetworkLog', {
    retention: settings.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  vpc.addFlowLog('Flows', { destination: FlowLogDestination.toCloudWatchLogs(flows) });
  const group = new SecurityGroup(scope, 'MailGroup', {
    vpc,
    description: 'Out to mail servers and HTTPS, in from nowhere',
    allowAllOutbound: false,
  });
  for (const port of [...PORTS, ...settings.allowedPorts.map(Number)])
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(port));
  new CfnOutput(scope, 'EgressIp', { value: address.attrPublicIp });
  return { vpc, securityGroups: [group], may: [usePrivateNetwork()] };
};
