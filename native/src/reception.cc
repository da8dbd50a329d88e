#include "reception.h"

#include <algorithm>

namespace reception {
namespace {

// With BUNDLE webrtcbin has one session.
constexpr guint kSession = 0;

uint32_t Uint(const GstStructure* stats, const char* field) {
  guint value = 0;
  gst_structure_get_uint(stats, field, &value);
  return value;
}

int32_t Int(const GstStructure* stats, const char* field) {
  gint value = 0;
  gst_structure_get_int(stats, field, &value);
  return value;
}

uint64_t Uint64(const GstStructure* stats, const char* field) {
  guint64 value = 0;
  gst_structure_get_uint64(stats, field, &value);
  return value;
}

bool IsTrue(const GstStructure* stats, const char* field) {
  gboolean value = FALSE;
  return gst_structure_get_boolean(stats, field, &value) && value;
}

GstStructure* StatsOf(GstElement* webrtcbin) {
  auto* rtpbin = gst_bin_get_by_name(GST_BIN(webrtcbin), "rtpbin");
  if (!rtpbin) return nullptr;
  GObject* session = nullptr;
  GstStructure* stats = nullptr;
  g_signal_emit_by_name(rtpbin, "get-internal-session", kSession, &session);
  if (session) {
    g_object_get(session, "stats", &stats, nullptr);
    g_object_unref(session);
  }
  gst_object_unref(rtpbin);
  return stats;
}

}  // namespace

std::vector<Source> SourcesOf(GstElement* webrtcbin) {
  std::vector<Source> sources;
  auto* stats = StatsOf(webrtcbin);
  if (!stats) return sources;
  // The session's own type of list, which GLib calls deprecated.
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  auto* value = gst_structure_get_value(stats, "source-stats");
  auto* all = value && G_VALUE_HOLDS(value, G_TYPE_VALUE_ARRAY) ? static_cast<GValueArray*>(g_value_get_boxed(value)) : nullptr;
  for (guint i = 0; all && i < all->n_values; i++) {
    auto* one = gst_value_get_structure(g_value_array_get_nth(all, i));
    if (!one || IsTrue(one, "internal") || Uint64(one, "packets-received") == 0) continue;
    sources.push_back({Uint(one, "ssrc"), static_cast<uint32_t>(std::max(0, Int(one, "clock-rate"))), Uint64(one, "packets-received"),
                       Uint64(one, "bytes-received"), Int(one, "packets-lost"), Uint(one, "jitter"), Uint(one, "sent-pli-count")});
  }
  G_GNUC_END_IGNORE_DEPRECATIONS
  gst_structure_free(stats);
  return sources;
}

}  // namespace reception
