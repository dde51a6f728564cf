/** What a person reads after `npm start`. */

export function welcome(url: string, dataDir: string): string {
  return `
thingsIO is ready.

  Dashboard   ${url}
  Data        ${dataDir}
  API         ${url}/docs

Open an account, and keep the key that it answers:

  curl -X POST ${url}/api/v1/accounts -H 'Content-Type: application/json' -d '{"email": "you@example.org", "password": "choose a long one"}'

Ctrl-C stops.
`;
}
