import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: '/static/build/',
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { port: 5173, strictPort: true, origin: 'http://localhost:5173', cors: true },
  build: {
    outDir: '../static/build',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    // Django names the entry; with an HTML page as input the manifest would not hold it.
    rolldownOptions: { input: 'src/main.tsx' },
    // No file is put into the page as text: the content security policy allows scripts and styles by address only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: {
    globals: true,
    css: false,
    testTimeout: 20_000,
    projects: [
      { extends: true, test: { name: 'core', environment: 'node', include: ['src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'page',
          environment: 'jsdom',
          include: ['src/**/*.test.tsx'],
          setupFiles: ['./test/setup.ts'],
        },
      },
    ],
  },
});
