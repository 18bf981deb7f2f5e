import type { Graph, NodeTypes } from '@/core/graph/document';
import { graphPicture } from '@/core/graph/picture';

/** Twice as fine as on the screen; very large workflows as fine as a browser can draw. */
const SCALE = 2;
const MOST_PIXELS = 12_000;

export function svgOf(graph: Graph, nodeTypes: NodeTypes, title: string): Blob {
  return new Blob([graphPicture(graph, nodeTypes, title).svg], { type: 'image/svg+xml' });
}

export async function pngOf(graph: Graph, nodeTypes: NodeTypes, title: string): Promise<Blob> {
  const { svg, width, height } = graphPicture(graph, nodeTypes, title);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(SCALE, MOST_PIXELS / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser could not draw the picture.'))));
  });
}
