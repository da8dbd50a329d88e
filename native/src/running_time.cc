#include "running_time.h"

namespace running_time {
namespace {

GstClock* g_clock;
GstClockTime g_base_time;

}  // namespace

void Start() {
  g_clock = gst_system_clock_obtain();
  g_base_time = gst_clock_get_time(g_clock);
}

void Apply(GstElement* pipeline) {
  gst_pipeline_use_clock(GST_PIPELINE(pipeline), g_clock);
  gst_element_set_start_time(pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time(pipeline, g_base_time);
}

GstClockTime Now() {
  return gst_clock_get_time(g_clock) - g_base_time;
}

}  // namespace running_time
