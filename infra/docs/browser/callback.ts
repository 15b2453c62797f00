import { CALLBACK_CHANNEL } from './callback-channel.ts';

// A channel of this origin reaches the page even if a site on the way cut the tie between the two windows.
new BroadcastChannel(CALLBACK_CHANNEL).postMessage(location.search);
window.close();
