// All pipelines share one clock and one base time, so that a running time means the same in each, and in what is sent.
#pragma once
#include <gst/gst.h>

namespace running_time {

// Takes the system clock, and now as the base time. Called once, by the module's initialiser.
void Start();

// Makes a pipeline run on the shared clock and base time.
void Apply(GstElement* pipeline);

// The running time at this moment.
GstClockTime Now();

}  // namespace running_time
