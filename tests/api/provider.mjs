// A real OpenID provider for the tests: client credentials, access tokens as JWT, a new key at each start; with the
// address of a service as second argument also a client for its pages, and forms to sign in as anybody.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { generateKeyPairSync } from "node:crypto";

const require = createRequire(process.cwd() + "/");
const { Provider, default: fallback } = await import(pathToFileURL(require.resolve("oidc-provider")).href);
const port = Number(process.argv[2]);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: String(process.pid) };
const server = (resource) => ({
  scope: "", audience: resource, accessTokenFormat: "jwt", accessTokenTTL: 600, jwt: { sign: { alg: "RS256" } },
});
const home = process.argv[3];
const pages = home ? [{
  client_id: "pages", client_secret: "made-up", redirect_uris: [`${home}/signed-in`], response_types: ["code"],
  grant_types: ["authorization_code"],
}] : [];
const provider = new (Provider ?? fallback)(`http://127.0.0.1:${port}`, {
  clients: [...pages, ...["member", "stranger"].map((client_id) => ({
    client_id, client_secret: "made-up", grant_types: ["client_credentials"], redirect_uris: [], response_types: [],
  }))],
  pkce: { required: () => true, methods: ["S256"] },
  conformIdTokenClaims: false,
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["user_type"] },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: `${sub}@example.org`, email_verified: sub !== "unsure", user_type: "staff" }),
  }),
  jwks: { keys: [key] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: Boolean(home) },
    resourceIndicators: { enabled: true, getResourceServerInfo: (_, resource) => server(resource) },
  },
});
provider.listen(port, "127.0.0.1", () => console.log("ready"));
