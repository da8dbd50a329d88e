// Bounds what a page may ask of our SCTP stack (RFC 9260), which opens a data channel and its threads for whoever asks, and keeps
// every message until JavaScript has had it.
#pragma once
#include <gst/gst.h>

namespace sctp_guard {

struct Limits {
  guint streams;              // ids of streams are below this
  double bytes_per_second;    // of packets; twice as much may come at once
  double messages_per_second; // also chunks of other kinds; twice as many may come at once
};

// Drops each packet that goes beyond the limits, as a network may: an honest sender sends it again, later and slower.
void Guard(GstPad* pad, const Limits& limits);

}  // namespace sctp_guard
