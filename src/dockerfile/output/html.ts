import { dimensionIds } from '../rules/types.ts';
import { findingText } from '../texts/index.ts';
import { labels } from '../texts/labels.ts';
import { escapeMarkup as x } from './escape.ts';
import { bySeverity, type FileReport, type Rendering } from './report.ts';

const style = `:root{color-scheme:light dark;--good:#1a7f4b;--fair:#9a6700;--bad:#c62828}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{display:flex;gap:1rem;align-items:baseline;flex-wrap:wrap;overflow-wrap:anywhere}
.grade{font-size:1.6em;font-weight:700}.a,.b{color:var(--good)}.c,.d{color:var(--fair)}.f{color:var(--bad)}
dl{display:grid;grid-template-columns:max-content 1fr 3rem;gap:.3rem 1rem;align-items:center}
dt,dd{margin:0}dd:last-of-type{text-align:right}meter{width:100%;height:1rem}
article{border-left:4px solid #8888;padding:.2rem 0 .2rem 1rem;margin:1rem 0}
.error{border-color:var(--bad)}.warning{border-color:var(--fair)}
pre{overflow-x:auto;background:#8881;padding:.4rem .6rem;margin:.4rem 0}p{margin:.2rem 0}small{opacity:.75}`;

/** One file without scripts and without anything to load. */
export function htmlReport(reports: readonly FileReport[], { language, version }: Rendering): string {
  const words = labels[language];
  const body = reports.map((report) => section(report, language)).join('\n');
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${x(words.report)}</title>
<style>${style}</style>
</head>
<body>
<h1>${x(words.report)}</h1>
${body}
<p><small>Gantry ${x(version)}</small></p>
</body>
</html>
`;
}

function section({ path, rating }: FileReport, language: Rendering['language']): string {
  const words = labels[language];
  const bars = dimensionIds.map((id) => {
    const value = rating.dimensions[id];
    const bar =
      value === null
        ? x(words.notApplicable)
        : `<meter min="0" max="100" low="60" high="80" optimum="100" value="${value}">${value}</meter>`;
    return `<dt>${x(words.dimensions[id])}</dt><dd>${bar}</dd><dd>${value ?? ''}</dd>`;
  });
  const findings = bySeverity(rating.findings).map((finding) => {
    const { title, why, fix } = findingText(finding, language);
    const evidence = finding.evidence === '' ? '' : `<pre>${x(finding.evidence)}</pre>`;
    return `<article class="${finding.severity}"><p><strong>${finding.id}</strong> ${x(words.severities[finding.severity])} · ${x(words.line)} ${finding.line}: ${x(title)}</p>${evidence}<p>${x(why)} ${x(fix)}</p></article>`;
  });
  return `<section>
<h2>${x(path)} <span class="grade ${rating.grade.toLowerCase()}">${rating.grade}</span> <span>${rating.score}/100</span></h2>
<dl>${bars.join('')}</dl>
${findings.length === 0 ? `<p>${x(words.none)}</p>` : findings.join('\n')}
</section>`;
}
