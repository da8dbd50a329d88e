import { describe, expect, it } from 'vitest';
import * as messages from '../../../src/server/connection/messages.ts';

/*
 * What webstreamer says is compared as text: a page that opened a room sends these very keys in this very order. The JSON is that
 * of the design document (the message and its page's id) and of a recorded session between two 3.4.5 pages.
 */

const constraints = '{"OfferToReceiveAudio":true,"OfferToReceiveVideo":true}';
const requestText = `{"newParticipationRequest":true,"isOneWay":false,"isDataOnly":false,"localPeerSdpConstraints":${constraints},"remotePeerSdpConstraints":${constraints}}`;
const legacyEnvelope = `{"remoteUserId":"1","message":${requestText},"sender":"49h2hqiv3fb","password":false}`;
const currentEnvelope = `{"remoteUserId":"1","message":${requestText},"sender":"l82n15j1y9"}`;

const parse = (text: string) => JSON.parse(text) as Record<string, unknown>;
const request = JSON.parse(requestText) as { newParticipationRequest: true };

describe('enableMedia', () => {
  it.each([
    ['a page of 3.4.5', legacyEnvelope],
    ['a page of 3.7.1', currentEnvelope],
  ])('answers %s as a page would, key by key', (_, envelope) => {
    const description = messages.connectionDescription(parse(envelope));
    expect(JSON.stringify(messages.enableMedia(request, description))).toBe(
      `{"enableMedia":true,"userPreferences":{"extra":{},"localPeerSdpConstraints":${constraints},` +
        `"remotePeerSdpConstraints":${constraints},"isOneWay":true,"isDataOnly":false,"dontGetRemoteStream":false,` +
        `"dontAttachLocalStream":false,"connectionDescription":${envelope}}}`,
    );
  });

  it('echoes what the page sent, not what the bridge added', () => {
    const envelope = { ...parse(legacyEnvelope), extra: { added: 'by the bridge' } };
    expect(JSON.stringify(messages.connectionDescription(envelope))).toBe(legacyEnvelope);
  });

  it('asks for both ways when the page has not said what it wants', () => {
    const { userPreferences } = messages.enableMedia({ newParticipationRequest: true }, {});
    expect(userPreferences.localPeerSdpConstraints).toEqual(JSON.parse(constraints));
    expect(userPreferences.remotePeerSdpConstraints).toEqual(JSON.parse(constraints));
  });
});

describe('an offer', () => {
  const streams = { box: { isAudio: false, isVideo: true, isScreen: false } };
  const offerText = (renegotiation: boolean, description: string) =>
    `{"type":"offer","sdp":"v=0","remotePeerSdpConstraints":${constraints},"renegotiatingPeer":${renegotiation},` +
    `"connectionDescription":${description},"dontGetRemoteStream":false,"extra":{},` +
    `"streamsToShare":{"box":{"isAudio":false,"isVideo":true,"isScreen":false}}}`;

  it.each([false, true])('is as a page makes it, key by key (renegotiation: %s)', (renegotiation) => {
    const offer = messages.offer({ sdp: 'v=0', renegotiation, streams }, parse(currentEnvelope), 1);
    expect(JSON.stringify(offer)).toBe(offerText(renegotiation, currentEnvelope));
  });

  it('of a later invitation carries its number, which the answer hands back', () => {
    const offer = messages.offer({ sdp: 'v=0', renegotiation: false, streams }, parse(currentEnvelope), 2);
    expect(JSON.stringify(offer)).toBe(offerText(false, currentEnvelope.replace(/\}$/, ',"invitation":2}')));
    expect(messages.invitationOf({ connectionDescription: offer.connectionDescription })).toBe(2);
    expect(messages.invitationOf({ connectionDescription: parse(currentEnvelope) })).toBe(1);
  });

  it.each([{}, { connectionDescription: null }, { connectionDescription: { invitation: 'two' } }])(
    'is not named by an answer that hands back %j',
    (answer) => {
      expect(messages.invitationOf(answer)).toBeNull();
    },
  );
});

describe('the small messages', () => {
  it('are as the protocol has them', () => {
    expect(messages.NEXT_POSSIBLE_INITIATOR).toBe('next-possible-initiator');
    expect(JSON.stringify(messages.userLeft())).toBe('{"userLeft":true}');
    expect(JSON.stringify(messages.streamRemoved('box'))).toBe(
      '{"streamSyncNeeded":true,"streamid":"box","action":"stream-removed","type":"both"}',
    );
    expect(JSON.stringify(messages.candidate({ candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }))).toBe(
      '{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0}',
    );
  });
});
