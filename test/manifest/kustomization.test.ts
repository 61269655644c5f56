import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { extendedKustomization, newKustomization } from '../../src/manifest/kustomization.ts';

const resource = (file: string) => ({ file, patch: false });
const extended = (text: string, file = 'b.yaml', patch = false) =>
  extendedKustomization('k/kustomization.yaml', text, { file, patch });

describe('a kustomization', () => {
  it('lists the first file', () => {
    expect(newKustomization(resource('secret-a.yaml'))).toBe(
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - secret-a.yaml\n',
    );
    expect(parse(newKustomization({ file: 'a.yaml', patch: true }))).toMatchObject({
      patches: [{ path: 'a.yaml' }],
    });
  });

  it('grows by one file, once, and keeps all else', () => {
    const text = '# ours\nresources:\n  # in order\n  - a.yaml\n\nnamePrefix: dev-\nn: 0400\n';
    const longer =
      '# ours\nresources:\n  # in order\n  - a.yaml\n  - b.yaml\n\nnamePrefix: dev-\nn: 0400\n';
    expect(extended(text)).toBe(longer);
    expect(extended(longer)).toBe(longer);
    const patched = extended(text, 'p.yaml', true);
    expect(patched).toBe(`${text}patches:\n  - path: p.yaml\n`);
    expect(extended(patched, 'p.yaml', true)).toBe(patched);
    expect(extended('resources:\n  - ./b.yaml\n')).toBe('resources:\n  - ./b.yaml\n');
    expect(parse(extended('a: &a [1]\nb: *a\n'))).toEqual({
      a: [1],
      b: [1],
      resources: ['b.yaml'],
    });
    expect(parse(extended('resources: [a.yaml]\n'))).toEqual({ resources: ['a.yaml', 'b.yaml'] });
    expect(parse(extended('kind: Kustomization\nresources:\n'))).toMatchObject({
      resources: ['b.yaml'],
    });
  });

  it.each([
    ['kind: Component\n', 'its kind is "Component"'],
    ['resources: a.yaml\n', 'its resources are no list'],
    ['- a\n', 'it is no mapping'],
    ['', 'it is no mapping'],
    ['a: b: c\n', 'malformed YAML in line 1'],
    ['a: 1\n---\nb: 1\n', 'malformed YAML in line 2'],
    ['resources:\n  - *other\n', 'nothing is called "other"'],
    ['a: *a\nb: &a 1\n', 'nothing is called "a"'],
  ])('is not made of %j', (text, message) => {
    expect(() => extended(text)).toThrow(`"k/kustomization.yaml" is no kustomization: ${message}`);
  });
});
