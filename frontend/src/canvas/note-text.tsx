import Markdown from 'react-markdown';

const ALLOWED = ['p', 'strong', 'em', 'ul', 'ol', 'li', 'h1', 'h2', 'h3', 'a', 'code', 'br', 'hr'];

/** The text of a note. Only words and their looks: no pictures, no HTML; headings do not disturb those of the page. */
export default function NoteText({ text }: { text: string }) {
  return (
    <Markdown
      allowedElements={ALLOWED}
      unwrapDisallowed
      skipHtml
      components={{
        h1: ({ children }) => <p data-heading>{children}</p>,
        h2: ({ children }) => <p data-heading>{children}</p>,
        h3: ({ children }) => <p data-heading>{children}</p>,
        a: ({ href, children }) => (
          <a href={href} target="_blank" rel="noreferrer" className="nodrag nopan">
            {children}
          </a>
        ),
      }}
    >
      {text}
    </Markdown>
  );
}
