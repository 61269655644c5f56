// What the commands for Consul's agents share.
import { readAgentPlace, type AgentPlace } from '../manifest/consul-agent.ts';
import { value, values, type OptionValues } from './command.ts';

export const CONSUL_PLACE_OPTIONS = {
  dc: value('--dc <name>', 'the datacenter; dc1 by default'),
  domain: value('--domain <name>', 'the domain of the cluster; consul by default'),
} as const;

export const ALSO_TRUST_OPTION = {
  alsoTrust: values(
    '--also-trust <ca>',
    'another root, while one takes over: a CA of the home, or a file (with a / or .)',
  ),
} as const;

/** Reads `--dc` and `--domain`. Throws BAD_NAME. */
export function readConsulPlace({
  dc = 'dc1',
  domain = 'consul',
}: OptionValues<typeof CONSUL_PLACE_OPTIONS>): AgentPlace {
  return readAgentPlace(dc, domain);
}
