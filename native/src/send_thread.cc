#include "send_thread.h"

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace send_thread {
namespace {

using Clock = std::chrono::steady_clock;

struct Inbox {
  std::mutex mutex;
  std::condition_variable filled;
  std::vector<std::function<void()>> tasks;
};

// Never destroyed: the thread runs until the process ends.
Inbox& TheInbox() {
  static auto* inbox = new Inbox;
  return *inbox;
}

void Run(const std::function<void()>& every_second) {
  auto& inbox = TheInbox();
  auto next = Clock::now() + std::chrono::seconds(1);
  std::vector<std::function<void()>> tasks;
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(inbox.mutex);
      inbox.filled.wait_until(lock, next, [&] { return !inbox.tasks.empty(); });
      tasks.swap(inbox.tasks);
    }
    for (auto& task : tasks) {
      task();
      task = nullptr;  // what it holds goes now, not with the last one
    }
    tasks.clear();
    if (Clock::now() < next) continue;
    every_second();
    next = Clock::now() + std::chrono::seconds(1);
  }
}

}  // namespace

void Start(std::function<void()> every_second) {
  std::thread thread([every_second = std::move(every_second)] { Run(every_second); });
  pthread_setname_np(thread.native_handle(), "send");
  thread.detach();
}

void Post(std::function<void()> task) {
  auto& inbox = TheInbox();
  bool idle;
  {
    std::lock_guard<std::mutex> lock(inbox.mutex);
    idle = inbox.tasks.empty();
    inbox.tasks.push_back(std::move(task));
  }
  if (idle) inbox.filled.notify_one();
}

}  // namespace send_thread
