// Gives what an appsink takes in to JavaScript, as bytes.
#pragma once
#include <napi.h>

namespace sample_reader {

// Adds the function readSample to the module.
void Register(Napi::Env env, Napi::Object exports);

}  // namespace sample_reader
