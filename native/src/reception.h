// What comes from a page, as webrtcbin's RTP session counts it.
#pragma once
#include <gst/gst.h>

#include <cstdint>
#include <vector>

namespace reception {

// One stream of the page; all counts are since it began.
struct Source {
  uint32_t ssrc;
  uint32_t clock_rate;          // in Hz; 0 while it is not known
  uint64_t packets, bytes;      // with the headers of RTP, UDP and IP
  int32_t lost;                 // expected and not received; a packet that came twice takes one off
  uint32_t jitter;              // in units of the clock (RFC 3550, appendix A.8)
  uint32_t key_frame_requests;  // that the session has sent by itself
};

// The streams that the webrtcbin receives. The session is locked for some microseconds; any thread may ask.
std::vector<Source> SourcesOf(GstElement* webrtcbin);

}  // namespace reception
