#include "js_queue.h"

#include <glib.h>

#include <mutex>

namespace js_queue {
namespace {

using Job = std::function<void(Napi::Env)>;

constexpr int kPoolThreads = 16;

Napi::ThreadSafeFunction g_function;
std::mutex g_mutex;
bool g_open = false;

void RunJob(Napi::Env env, Napi::Function, Job* job) {
  std::unique_ptr<Job> owned(job);
  Napi::HandleScope scope(env);
  try {
    (*owned)(env);
  } catch (const Napi::Error& error) {
    napi_fatal_exception(env, error.Value());
  }
}

GThreadPool* Pool() {
  static GThreadPool* pool = g_thread_pool_new(
      [](gpointer data, gpointer) {
        std::unique_ptr<std::function<void()>> job(static_cast<std::function<void()>*>(data));
        (*job)();
      },
      nullptr, kPoolThreads, FALSE, nullptr);
  return pool;
}

}  // namespace

void Open(Napi::Env env) {
  auto nothing = Napi::Function::New(env, [](const Napi::CallbackInfo&) {});
  g_function = Napi::ThreadSafeFunction::New(env, nothing, "webstreamer_gst", 0, 1);
  std::lock_guard<std::mutex> lock(g_mutex);
  g_open = true;
  napi_add_env_cleanup_hook(
      env,
      [](void*) {
        std::lock_guard<std::mutex> inner(g_mutex);
        g_open = false;
      },
      nullptr);
}

void Close() {
  std::lock_guard<std::mutex> lock(g_mutex);
  if (!g_open) return;
  g_open = false;
  g_function.Release();
}

void Post(Job job) {
  auto owned = std::make_unique<Job>(std::move(job));
  std::lock_guard<std::mutex> lock(g_mutex);
  if (g_open && g_function.NonBlockingCall(owned.get(), RunJob) == napi_ok) owned.release();
}

void RunBlocking(std::function<void()> job) {
  g_thread_pool_push(Pool(), new std::function<void()>(std::move(job)), nullptr);
}

Callback::Callback(const Napi::Function& function) : function_(new Napi::FunctionReference(Napi::Persistent(function))) {}

Callback::~Callback() {
  auto* function = function_;
  Post([function](Napi::Env) { delete function; });
}

void Callback::Call(const std::vector<napi_value>& arguments) {
  function_->Call(arguments);
}

Settle::Settle(Napi::Env env) : deferred_(Napi::Promise::Deferred::New(env)) {}

void Settle::Resolve(napi_value value) {
  if (!settled_) deferred_.Resolve(value);
  settled_ = true;
}

void Settle::Reject(Napi::Env env, const std::string& message) {
  if (!settled_) deferred_.Reject(Napi::Error::New(env, message).Value());
  settled_ = true;
}

}  // namespace js_queue
