/** Made-up secrets of every form, for tests: none ever opened anything. `{a36}` is 36 letters and digits, drawn anew each time. */
const templates: Readonly<Record<string, readonly string[]>> = {
  'github-token': ['ghp_{a36}', 'gho_{a36}', 'ghs_{a40}'],
  'github-fine-grained-token': ['github_pat_{a22}_{a59}'],
  'gitlab-token': ['glpat-{w20}', 'gldt-{w20}', 'glrt-{w27}'],
  'bitbucket-app-password': ['ATBB{a32}'],
  'atlassian-api-token': ['ATATT3xFfGF0{w170}'],
  'npm-token': ['npm_{a36}'],
  'npmrc-auth-token': ['//npm.example.com/:_authToken={a32}'],
  'pypi-token': ['pypi-AgEIcHlwaS5vcmc{w120}'],
  'rubygems-key': ['rubygems_{h48}'],
  'crates-token': ['cio{a32}'],
  'nuget-key': ['oy2{l43}'],
  'clojars-token': ['CLOJARS_{l60}'],
  'artifactory-key': ['AKCp{a69}'],
  'artifactory-reference-token': ['cmVmdGtuO{a55}'],
  'docker-hub-token': ['dckr_pat_{w27}', 'dckr_oat_{w32}'],
  'circleci-token': ['CCIPAT_{a22}_{h40}'],
  'buildkite-token': ['bkua_{h40}'],
  'sonarqube-token': ['sqp_{h40}', 'squ_{h40}'],
  'prefect-key': ['pnu_{a36}'],
  'postman-key': ['PMAK-{h24}-{h34}'],
  'infracost-key': ['ico-{a32}'],
  'aws-access-key-id': ['AKIA{u16}', 'ASIA{u16}'],
  'aws-secret-access-key': ['aws_secret_access_key = {b40}', 'AWS_SECRET_ACCESS_KEY={b40}'],
  'aws-session-token': ['aws_session_token={b300}'],
  'aws-mws-token': ['amzn.mws.{h8}-{h4}-{h4}-{h4}-{h12}'],
  'aws-bedrock-key': ['ABSK{b128}'],
  'gcp-api-key': ['AIza{w35}'],
  'gcp-oauth-secret': ['GOCSPX-{w28}'],
  'gcp-access-token': ['ya29.{w160}'],
  'gcp-refresh-token': ['1//0{w60}'],
  'azure-storage-key': ['DefaultEndpointsProtocol=https;AccountName=x;AccountKey={b86}=='],
  'azure-sas-signature': ['https://x.blob.core.windows.net/c?sv=2024&sig={a43}%3D'],
  'azure-client-secret': ['{a3}8Q~{w34}'],
  'digitalocean-token': ['dop_v1_{h64}'],
  'heroku-key': ['HRKU-{w60}'],
  'heroku-api-key': ['HEROKU_API_KEY={h8}-{h4}-{h4}-{h4}-{h12}'],
  'cloudflare-token': ['CLOUDFLARE_API_TOKEN={a40}'],
  'cloudflare-origin-ca-key': ['v1.0-{h24}-{h146}'],
  'alibaba-access-key-id': ['LTAI{a20}'],
  'alibaba-access-key-secret': ['ALIBABA_CLOUD_ACCESS_KEY_SECRET={a30}'],
  'tencent-secret-id': ['AKID{a32}'],
  'volcengine-access-key': ['AKLT{a44}'],
  'huawei-cloud-secret': ['HUAWEICLOUD_SDK_SK={a40}'],
  'vault-token': ['hvs.{w90}', 'hvb.{w120}'],
  'terraform-cloud-token': ['{a14}.atlasv1.{a67}'],
  'pulumi-token': ['pul-{h40}'],
  'databricks-token': ['dapi{h32}'],
  'planetscale-token': ['pscale_tkn_{w43}'],
  'supabase-key': ['sbp_{h40}', 'sb_secret_{w31}'],
  'netlify-token': ['nfp_{a36}'],
  'fly-token': ['fo1_{w43}', 'fm2_{b200}'],
  'render-key': ['rnd_{a32}'],
  'tailscale-key': ['tskey-auth-{a16}-{a32}'],
  'clickhouse-cloud-key': ['4b1d{a38}'],
  'onepassword-service-account': ['ops_eyJ{w300}'],
  'onepassword-secret-key': ['A3-{u6}-{u11}-{u5}-{u5}-{u5}'],
  'doppler-token': ['dp.pt.{a43}', 'dp.st.prd.{a43}'],
  'anthropic-key': ['sk-ant-api03-{w93}AA', 'sk-ant-oat01-{w93}'],
  'openrouter-key': ['sk-or-v1-{h64}'],
  'langfuse-key': ['sk-lf-{h8}-{h4}-{h4}-{h4}-{h12}'],
  'openai-key': ['sk-proj-{w74}T3BlbkFJ{w74}', 'sk-svcacct-{w120}'],
  'openai-like-key': ['sk-{a20}T3BlbkFJ{a20}', 'sk-{h32}', 'sk-{a48}'],
  'huggingface-token': ['hf_{a34}'],
  'replicate-token': ['r8_{a37}'],
  'groq-key': ['gsk_{a52}'],
  'perplexity-key': ['pplx-{a48}'],
  'xai-key': ['xai-{a80}'],
  'cerebras-key': ['csk-{l48}'],
  'nvidia-key': ['nvapi-{w64}'],
  'jina-key': ['jina_{h32}{w28}'],
  'elevenlabs-key': ['sk_{h48}'],
  'pinecone-key': ['pcsk_{a70}'],
  'langsmith-key': ['lsv2_pt_{h32}_{h10}'],
  'tavily-key': ['tvly-{a32}'],
  'firecrawl-key': ['fc-{h32}'],
  'brave-search-key': ['BSA{w28}'],
  'e2b-key': ['e2b_{h40}'],
  'zhipu-key': ['ZHIPUAI_API_KEY={h32}.{a16}'],
  'slack-token': ['xoxb-{d12}-{d12}-{a24}', 'xoxp-{d12}-{d12}-{d12}-{h32}'],
  'slack-app-token': ['xapp-1-{u11}-{d13}-{h64}'],
  'slack-webhook': ['https://hooks.slack.com/services/T{u8}/B{u8}/{a24}'],
  'discord-webhook': ['https://discord.com/api/webhooks/{d18}/{w68}'],
  'telegram-bot-token': ['{d10}:AA{w33}'],
  'dingtalk-robot': ['https://oapi.dingtalk.com/robot/send?access_token={h64}'],
  'wecom-webhook': ['https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={h8}-{h4}-{h4}-{h4}-{h12}'],
  'feishu-webhook': ['https://open.feishu.cn/open-apis/bot/v2/hook/{h8}-{h4}-{h4}-{h4}-{h12}'],
  'wechat-app-secret': ['appSecret: {h32}'],
  'stripe-key': ['sk_live_{a24}', 'rk_test_{a99}'],
  'stripe-webhook-secret': ['whsec_{a32}'],
  'square-token': ['sq0csp-{w43}'],
  'shopify-token': ['shpat_{h32}'],
  'easypost-key': ['EZAK{a54}'],
  'duffel-token': ['duffel_test_{w43}'],
  'twilio-key': ['SK{h32}'],
  'twilio-auth-token': ['TWILIO_AUTH_TOKEN={h32}'],
  'sendgrid-key': ['SG.{w22}.{w43}'],
  'mailgun-key': ['key-{h32}'],
  'mailchimp-key': ['{h32}-us12'],
  'brevo-key': ['xkeysib-{h64}-{a16}'],
  'facebook-token': ['EAA{a150}'],
  'linear-token': ['lin_api_{a40}'],
  'notion-token': ['ntn_{d11}{a35}', 'secret_{a43}'],
  'airtable-token': ['pat{a14}.{h64}'],
  'figma-token': ['figd_{w43}'],
  'hubspot-token': ['pat-na1-{h8}-{h4}-{h4}-{h4}-{h12}'],
  'contentful-token': ['CFPAT-{w43}'],
  'mapbox-token': ['sk.eyJ{w80}.{w22}'],
  'adafruit-key': ['aio_{a28}'],
  'launchdarkly-key': ['sdk-{h8}-{h4}-{h4}-{h4}-{h12}'],
  'grafana-token': ['glsa_{a32}_{h8}'],
  'newrelic-key': ['NRAK-{u27}'],
  'dynatrace-token': ['dt0c01.{u24}.{u64}'],
  'datadog-key': ['DD_API_KEY={h32}'],
  'sentry-token': ['sntryu_{h64}'],
  'okta-token': ['OKTA_TOKEN=00{w40}'],
  'snyk-token': ['SNYK_TOKEN={h8}-{h4}-{h4}-{h4}-{h12}'],
  'slack-config-token': ['xoxe.xoxp-1-{a140}', 'xoxe-1-{a120}'],
  'teams-webhook': [
    'https://x.webhook.office.com/webhookb2/{h8}-{h4}-{h4}-{h4}-{h12}@{h8}-{h4}-{h4}-{h4}-{h12}/IncomingWebhook/{h32}/{h8}-{h4}-{h4}-{h4}-{h12}',
  ],
  'braintree-token': ['access_token$production${l16}${h32}'],
  'together-key': ['tgp_v1_{w43}'],
  'voyage-key': ['pa-{w43}'],
  'fireworks-key': ['fw_{a24}'],
  'vercel-token': ['vcp_{a56}'],
  'resend-key': ['re_{a8}_{a24}'],
  'discord-bot-token': ['DISCORD_TOKEN=M{a25}.{w6}.{w38}'],
  'shippo-token': ['shippo_live_{h40}'],
  'flutterwave-key': ['FLWSECK_TEST-{h32}-X'],
  'putty-private-key': ['PuTTY-User-Key-File-3: ssh-ed25519'],
  'square-access-token': ['EAAA{w60}'],
  'asana-token': ['ASANA_TOKEN=2/{d16}/{d16}:{h32}'],
  'private-key': [
    '-----BEGIN RSA PRIVATE KEY-----\n{b64}\n{b64}\n{b40}\n-----END RSA PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\n{b64}\n{b64}\n-----END PRIVATE KEY-----\n',
    '-----BEGIN OPENSSH PRIVATE KEY-----\n{b70}\n{b70}\n-----END OPENSSH PRIVATE KEY-----',
  ],
  'age-secret-key': ['AGE-SECRET-KEY-1{g58}'],
  jwt: ['eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIx{w60}.{w43}'],
  'url-password': ['postgres://app:{a18}@db.example.com:5432/app', 'redis://:{a20}@cache:6379/0'],
  'authorization-header': ['Authorization: Bearer {a40}'],
  'netrc-password': ['machine git.example.com login me password {a20}'],
  'named-secret': ['client_secret={a12}7{a6}30{a8}', 'password: "{a9}41{a12}5{a4}"'],
};

const hexDigits = '0123456789abcdef';
const digits = '0123456789';
const lower = 'abcdefghijklmnopqrstuvwxyz';
const letters = `${lower}${lower.toUpperCase()}`;
const alphabets: Readonly<Record<string, string>> = {
  h: hexDigits,
  d: digits,
  l: lower + digits,
  u: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  g: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
  a: letters + digits,
  w: `${letters}${digits}_-`,
  b: `${letters}${digits}+/`,
};

export interface SampleSecret {
  readonly rule: string;
  readonly text: string;
}

/** Numbers from 0 to 1, always the same ones (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of each form, new with each seed. */
export function sampleSecrets(seed: number): readonly SampleSecret[] {
  const random = createRandom(seed);
  const pick = (alphabet: string): string => alphabet[Math.floor(random() * alphabet.length)] ?? '';
  const fill = (template: string): string =>
    template.replaceAll(/\{([a-z])(\d+)\}/g, (_all, name: string, count: string) => {
      const alphabet = alphabets[name] ?? '';
      return Array.from({ length: Number(count) }, () => pick(alphabet)).join('');
    });
  return Object.entries(templates).flatMap(([rule, forms]) => forms.map((form) => ({ rule, text: fill(form) })));
}
