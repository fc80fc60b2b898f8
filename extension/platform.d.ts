/**
 * All of the browser, and all of a page, that the extension may use: `extension/check` refuses whatever is not declared here.
 *
 * There is no network, no store and no console; nothing of a page can be made, set or called that changes it or makes it fetch; and what
 * is read of the browser is what the agent is told. A new line is a new power over the person's browser: it needs one in docs/adr/0005.
 */

declare namespace chrome {
  interface Event<Listener> {
    addListener(listener: Listener): void;
  }

  namespace action {
    function setBadgeText(details: { text: string }): Promise<void>;
    function setTitle(details: { title: string }): Promise<void>;
  }

  namespace dom {
    function openOrClosedShadowRoot(of: HTMLElement): Node | null;
  }

  namespace runtime {
    interface Port {
      readonly onMessage: Event<(message: unknown) => void>;
      readonly onDisconnect: Event<() => void>;
      postMessage(message: object): void;
      disconnect(): void;
    }
    function connectNative(application: string): Port;
    const lastError: object | undefined;
    const onStartup: Event<() => void>;
  }

  namespace scripting {
    function executeScript<Args extends unknown[]>(injection: {
      target: { tabId: number; documentIds: string[] };
      func: (...args: Args) => Promise<string | null>;
      args: Args;
    }): Promise<{ readonly result?: unknown }[]>;
  }

  namespace tabs {
    interface Tab {
      readonly id?: number;
      readonly active: boolean;
      readonly url?: string;
      readonly title?: string;
    }
    function get(tabId: number): Promise<Tab>;
    function query(asked: { discarded: boolean }): Promise<Tab[]>;
    const onRemoved: Event<(tabId: number) => void>;
  }

  namespace webNavigation {
    interface Frame {
      readonly frameId: number;
      readonly url: string;
      readonly documentId: string;
      readonly parentDocumentId?: string;
      readonly documentLifecycle: string;
      readonly errorOccurred: boolean;
    }
    interface Navigation {
      readonly tabId: number;
      readonly frameId: number;
      readonly url: string;
      readonly documentId?: string;
      readonly parentDocumentId?: string;
      readonly documentLifecycle?: string;
    }
    interface Committed extends Navigation {
      readonly transitionType: string;
      readonly transitionQualifiers: readonly string[];
    }
    function getFrame(of: { documentId: string } | { tabId: number; frameId: 0 }): Promise<Frame | null>;
    function getAllFrames(of: { tabId: number }): Promise<Frame[] | null>;
    const onCommitted: Event<(details: Committed) => void>;
    const onCompleted: Event<(details: Navigation) => void>;
    const onErrorOccurred: Event<(details: Navigation) => void>;
    const onHistoryStateUpdated: Event<(details: Navigation) => void>;
    const onReferenceFragmentUpdated: Event<(details: Navigation) => void>;
  }
}

declare const performance: { readonly now: () => number };
declare function setTimeout(then: (value?: undefined) => void, ms: number): number;

// Of a page: read, and nothing else. `kind` keeps the classes apart, since they look alike.
declare class Node {
  protected constructor();
}
declare class Text extends Node {
  private readonly kind: "text";
  readonly data: string;
  readonly parentElement: Element | null;
}
declare class Element extends Node {
  protected constructor();
  private readonly element: true;
  readonly parentElement: Element | null;
  readonly matches: (selectors: string) => boolean;
}
declare class HTMLElement extends Element {
  protected constructor();
  private readonly html: true;
}
declare class HTMLFormElement extends HTMLElement {
  private readonly kind: "form";
}
declare class HTMLCollection {
  protected constructor();
  private readonly kind: "collection";
  [Symbol.iterator](): Iterator<Element>;
}
declare class HTMLBRElement extends HTMLElement {
  private readonly kind: "break";
}
interface TreeWalker {
  nextNode(): Node | null;
}
declare class Document extends Node {
  private readonly kind: "document";
  readonly createTreeWalker: (root: Node, show: number, filter?: (node: Node) => number) => TreeWalker;
}
declare const document: Document;
declare const location: { readonly href: string };
declare const NodeFilter: {
  readonly SHOW_ELEMENT: number;
  readonly SHOW_TEXT: number;
  readonly FILTER_ACCEPT: number;
  readonly FILTER_REJECT: number;
};
declare function getComputedStyle(element: Element): {
  readonly display: string;
  readonly opacity: string;
  readonly visibility: string;
  getPropertyValue(property: string): string;
};
