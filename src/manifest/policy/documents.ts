// Plain data as YAML documents, in the quoting of every manifest here.
import { Document } from 'yaml';
import { nodeOf, WRITTEN, type TemplateData } from '../yaml-nodes.ts';

/** Writes documents one below the other; the comment, without `#`, stands above the first. */
export function writeDocuments(comment: string, documents: readonly TemplateData[]): string {
  const texts = documents.map((data) => {
    const document = new Document(null, { customTags: [WRITTEN] });
    document.contents = nodeOf(data);
    return document.toString({ lineWidth: 0 });
  });
  const head = comment.split('\n').map((line) => (line === '' ? '#\n' : `# ${line}\n`));
  return head.join('') + texts.join('---\n');
}
