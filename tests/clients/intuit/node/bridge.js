// Calls node-quickbooks, unmodified, for a test: a line of JSON in, {"method", "args"}; a line out, {"error", "body"}.
const path = require('path')
const readline = require('readline')
const QuickBooks = require(path.join(process.cwd(), 'node_modules', 'node-quickbooks'))

const settings = JSON.parse(process.argv[2])
QuickBooks.V3_ENDPOINT_BASE_URL = settings.url + '/v3/company/'
QuickBooks.TOKEN_URL = settings.url + '/oauth2/v1/tokens/bearer'
QuickBooks.REVOKE_URL = settings.url + '/v2/oauth2/tokens/revoke'
QuickBooks.USER_INFO_URL = settings.url + '/v1/openid_connect/userinfo'

// key, secret, token, token secret, realm, sandbox, debug, minor version, OAuth's version, refresh token
const client = new QuickBooks('key', 'secret', settings.token, false, settings.realm, true, false, 75, '2.0', 'refresh')

function told (error, body) {
  if (Buffer.isBuffer(body)) body = { base64: body.toString('base64') }
  if (body && body.config && body.status) body = { status: body.status }
  const reason = error && (error.Fault || (error.response && error.response.data) || error.message || error)
  return JSON.stringify({ error: reason || null, body: body === undefined ? null : body })
}

readline.createInterface({ input: process.stdin }).on('line', line => {
  const asked = JSON.parse(line)
  if (asked.method === 'token') return console.log(told(null, client.token))
  if (asked.method === 'refreshAccessToken') Object.assign(client, { realmId: settings.realm, refreshToken: 'refresh' })
  try {
    client[asked.method](...asked.args, (error, body) => console.log(told(error, body)))
  } catch (error) {
    console.log(told(error, null))
  }
})
