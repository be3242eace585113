import { createHash } from 'node:crypto';
import { version as ownVersion } from '#core';
import type { Inventory, OsRelease, Package } from '../types.ts';

/** The inventory as CycloneDX 1.6 JSON. The same image and time give the same bytes. */
export function toCycloneDx(
  { packages, os, config }: Inventory,
  { image, digest, timestamp }: { image: string; digest: string; timestamp: string },
): unknown {
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(`${digest}|${packages.length}`)}`,
    version: 1,
    metadata: {
      timestamp,
      tools: { components: [{ type: 'application', name: 'gantry', version: ownVersion }] },
      component: {
        type: 'container',
        'bom-ref': 'image',
        name: image,
        version: digest,
        properties: [
          { name: 'gantry:architecture', value: config.architecture },
          { name: 'gantry:os', value: config.os },
        ],
      },
    },
    components: [...(os && os.id !== '' ? [osComponent(os)] : []), ...packages.map((one) => componentOf(one, os))],
  };
}

function osComponent(os: OsRelease): unknown {
  return { type: 'operating-system', 'bom-ref': `os:${os.id}`, name: os.id, version: os.version, description: os.name };
}

function componentOf(one: Package, os: OsRelease | undefined): unknown {
  const purl = purlOf(one, os);
  return {
    type: 'library',
    'bom-ref': `${purl}#${createHash('sha256').update(one.path).digest('hex').slice(0, 8)}`,
    ...(one.group === undefined ? {} : { group: one.group }),
    name: one.name,
    version: one.version,
    purl,
    ...(one.licence === undefined ? {} : { licenses: [{ license: { name: one.licence } }] }),
    properties: [{ name: 'gantry:path', value: one.path }],
  };
}

/** The name of a package for all tools (package-url). */
export function purlOf({ kind, name, version, architecture, group }: Package, os?: OsRelease): string {
  const at = encodeURIComponent(version).replaceAll('%3A', ':');
  const encode = (text: string): string => text.split('/').map(encodeURIComponent).join('/');
  const qualifiers = new URLSearchParams();
  if (architecture) qualifiers.set('arch', architecture);
  if (os?.id && (kind === 'deb' || kind === 'apk' || kind === 'rpm'))
    qualifiers.set('distro', `${os.id}-${os.version}`);
  const more = qualifiers.size > 0 ? `?${qualifiers.toString()}` : '';
  const namespace =
    kind === 'maven' ? `${group ?? name}/` : ['deb', 'apk', 'rpm'].includes(kind) && os?.id ? `${os.id}/` : '';
  const plain = kind === 'pypi' ? name.toLowerCase().replaceAll(/[-_.]+/g, '-') : name;
  return `pkg:${kind}/${namespace}${encode(plain)}@${at}${more}`;
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
