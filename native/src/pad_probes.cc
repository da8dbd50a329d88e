#include "pad_probes.h"

namespace pad_probes {
namespace {

GQuark BlockQuark() {
  static GQuark quark = g_quark_from_static_string("webstreamer-block");
  return quark;
}

template <class T>
void DeleteData(gpointer data) {
  delete static_cast<T*>(data);
}

void CountOne(BufferCount& count, GstBuffer* buffer) {
  count.buffers++;
  count.bytes += gst_buffer_get_size(buffer);
  if (!GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT)) count.key_frames++;
  count.last_us = g_get_monotonic_time();
}

GstPadProbeReturn OnCounted(GstPad*, GstPadProbeInfo* info, gpointer data) {
  auto& count = **static_cast<std::shared_ptr<BufferCount>*>(data);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    CountOne(count, GST_PAD_PROBE_INFO_BUFFER(info));
  } else if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    auto* list = GST_PAD_PROBE_INFO_BUFFER_LIST(info);
    for (guint i = 0; i < gst_buffer_list_length(list); i++) CountOne(count, gst_buffer_list_get(list, i));
  }
  return GST_PAD_PROBE_OK;
}

}  // namespace

void Block(GstPad* pad) {
  gulong id = gst_pad_add_probe(
      pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, [](GstPad*, GstPadProbeInfo*, gpointer) { return GST_PAD_PROBE_OK; }, nullptr, nullptr);
  g_object_set_qdata(G_OBJECT(pad), BlockQuark(), GSIZE_TO_POINTER(id));
}

bool Unblock(GstPad* pad) {
  gulong id = GPOINTER_TO_SIZE(g_object_steal_qdata(G_OBJECT(pad), BlockQuark()));
  if (id) gst_pad_remove_probe(pad, id);
  return id != 0;
}

double IdleMs(const BufferCount& count) {
  gint64 last = count.last_us;
  return last ? static_cast<double>(g_get_monotonic_time() - last) / 1000 : -1;
}

std::shared_ptr<BufferCount> Count(GstPad* pad) {
  auto count = std::make_shared<BufferCount>();
  auto type = static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST);
  gst_pad_add_probe(pad, type, OnCounted, new std::shared_ptr<BufferCount>(count), DeleteData<std::shared_ptr<BufferCount>>);
  return count;
}

}  // namespace pad_probes
