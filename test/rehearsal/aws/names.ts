/** Where the rehearsal deploys to: nobody's account, in a Region that there is. */
export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
export const PARTITION = 'aws';
export const QUALIFIER = 'hnb659fds';
export const ASSETS_BUCKET = `cdk-${QUALIFIER}-assets-${ACCOUNT}-${REGION}`;

/** For the CDK command line and for functions: keys that open nothing. */
export const FAKE_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'rehearsal', AWS_SECRET_ACCESS_KEY: 'rehearsal' } as const;
