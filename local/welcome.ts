/** What is printed when the service stands: where it is, how to get in, what to try. */
import type { Demo } from './demo/run-demo.ts';
import type { Screen } from './screen.ts';

export type Welcome = {
  readonly url: string;
  readonly token: string;
  readonly dataFolder: string;
  readonly demo: Demo | undefined;
};

export const welcome = (screen: Screen, { url, token, dataFolder, demo }: Welcome): void => {
  const curl = `curl -s -H 'Authorization: Bearer ${token}'`;
  const rule = JSON.stringify({ name: 'Hello', conditions: { subject: 'hello' }, actions: [{ type: 'flag' }] });
  screen.title('Mailyard is running. Ctrl-C stops it.');
  screen.say(`  API      ${url}/v1`);
  screen.say(`  docs     ${url}/docs`);
  screen.say(`  token    ${token}`);
  screen.say(`  data     ${dataFolder}`);
  if (demo !== undefined) {
    screen.say(
      `  mailbox  imaps://${demo.server.host}:${demo.server.port}  user ${demo.user}  password ${demo.password}`,
    );
    screen.say(`           any mail client can watch; its certificate is ${dataFolder}/localhost-cert.pem`);
  }
  screen.say();
  screen.say('Three things to paste:');
  screen.say(`  ${curl} ${url}/v1/accounts`);
  screen.say(`  ${curl} ${url}/v1/rules`);
  screen.say(`  ${curl} -H 'Content-Type: application/json' -d '${rule}' ${url}/v1/rules`);
  screen.say();
};
