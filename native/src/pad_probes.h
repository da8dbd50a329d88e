// What has to happen on the streaming thread itself.
#pragma once
#include <gst/gst.h>

#include <atomic>
#include <memory>

namespace pad_probes {

struct BufferCount {
  std::atomic<guint64> buffers{0};
  std::atomic<guint64> bytes{0};
  std::atomic<guint64> key_frames{0};
  std::atomic<gint64> last_us{0};  // g_get_monotonic_time() of the latest buffer, 0 = none yet
};

// Holds all data back on a new pad, from its first buffer on, until Unblock().
void Block(GstPad* pad);
// Whether the pad was blocked.
bool Unblock(GstPad* pad);

// Since the latest one, in ms; -1 before the first.
double IdleMs(const BufferCount& count);

// Counts every buffer and every buffer of every list that passes.
std::shared_ptr<BufferCount> Count(GstPad* pad);

}  // namespace pad_probes
