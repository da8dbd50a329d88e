// Runs a command in a network namespace of its own, whose only way to this one leads through this program, which delays, loses and
// holds up packets: `impaired-path NUMBER FIFO COMMAND…`. This side has the address 10.9.NUMBER.1, the command's 10.9.NUMBER.2. What
// is written to the named pipe FIFO says how, both ways: `LOSS_PERCENT DELAY_MS RATE_BPS QUEUE_MS ONLY_UDP`, a rate of 0
// being none. At first nothing is impaired. Needs CAP_NET_ADMIN, CAP_SYS_ADMIN and /dev/net/tun.
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

constexpr size_t kMaxPacket = 2'000;

struct Impairment {
  double loss_percent = 0, delay_ms = 0, rate_bps = 0, queue_ms = 0;
  int only_udp = 0;  // 1: nothing else gets lost
};

[[noreturn]] void Fail(const char* what) {
  perror(what);
  exit(1);
}

int OpenTun(const std::string& name) {
  int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tun < 0) Fail("/dev/net/tun");
  ifreq request;
  memset(&request, 0, sizeof(request));
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  if (ioctl(tun, TUNSETIFF, &request) < 0) Fail("TUNSETIFF");
  return tun;
}

void Run(const std::string& command) {
  if (system(command.c_str()) != 0) Fail(command.c_str());
}

// One way of the path: packets leave `to` some time after they have come.
class Way {
 public:
  Way(int from, int to, unsigned seed) : from_(from), to_(to), random_(seed) {}

  void Take(const Impairment& impairment) {
    uint8_t packet[kMaxPacket];
    for (ssize_t size; (size = read(from_, packet, sizeof(packet))) > 0;) {
      auto now = Clock::now();
      bool may_be_lost = !impairment.only_udp || (size > 9 && packet[9] == IPPROTO_UDP);
      if (may_be_lost && std::uniform_real_distribution<>(0, 100)(random_) < impairment.loss_percent) continue;
      auto leaves = std::max(now, free_at_);
      if (impairment.rate_bps > 0) {
        if (leaves - now > Microseconds(static_cast<int64_t>(impairment.queue_ms * 1e3))) continue;
        leaves += Microseconds(static_cast<int64_t>(static_cast<double>(size) * 8e6 / impairment.rate_bps));
        free_at_ = leaves;
      }
      waiting_.push_back({leaves + Microseconds(static_cast<int64_t>(impairment.delay_ms * 1e3)), {packet, packet + size}});
    }
  }

  void Release() {
    for (auto now = Clock::now(); !waiting_.empty() && waiting_.front().at <= now; waiting_.pop_front()) {
      const auto& bytes = waiting_.front().bytes;
      // Lost when the other side has no room.
      [[maybe_unused]] ssize_t written = write(to_, bytes.data(), bytes.size());
    }
  }

  // How long nothing is to be done, in ms.
  int Patience(int most) const {
    if (waiting_.empty()) return most;
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(waiting_.front().at - Clock::now()).count();
    return std::clamp(static_cast<int>(left) + 1, 0, most);
  }

 private:
  struct Packet {
    Clock::time_point at;
    std::vector<uint8_t> bytes;
  };
  int from_, to_;
  std::mt19937 random_;
  Clock::time_point free_at_;
  std::deque<Packet> waiting_;
};

pid_t child = 0;

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) {
    fprintf(stderr, "Usage: impaired-path NUMBER FIFO COMMAND...\n");
    return 2;
  }
  std::string number = std::to_string(atoi(arguments[1])), name = "path" + number, network = "10.9." + number;
  int here = OpenTun(name);
  Run("ip addr add " + network + ".1 peer " + network + ".2 dev " + name + " && ip link set " + name + " up");

  if (mkfifo(arguments[2], 0600) < 0) Fail(arguments[2]);
  // Read and write: it has no end then, whoever writes and goes.
  int control = open(arguments[2], O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (control < 0) Fail(arguments[2]);

  if (unshare(CLONE_NEWNET) < 0) Fail("unshare");
  int there = OpenTun(name);
  Run("ip link set lo up && ip addr add " + network + ".2 peer " + network + ".1 dev " + name + " && ip link set " + name +
      " up && ip route add default via " + network + ".1");

  child = fork();
  if (child < 0) Fail("fork");
  if (child == 0) {
    execvp(arguments[3], arguments + 3);
    Fail(arguments[3]);
  }
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, [](int which) { kill(child, which); });

  Impairment impairment;
  Way out(here, there, 1), back(there, here, 2);
  pollfd descriptors[] = {{here, POLLIN, 0}, {there, POLLIN, 0}, {control, POLLIN, 0}};
  for (int status; waitpid(child, &status, WNOHANG) != child;) {
    poll(descriptors, 3, std::min(out.Patience(100), back.Patience(100)));
    char text[200];
    if (ssize_t size = read(control, text, sizeof(text) - 1); size > 0) {
      text[size] = 0;
      sscanf(text, "%lf %lf %lf %lf %d", &impairment.loss_percent, &impairment.delay_ms, &impairment.rate_bps, &impairment.queue_ms,
             &impairment.only_udp);
    }
    out.Take(impairment);
    back.Take(impairment);
    out.Release();
    back.Release();
  }
  unlink(arguments[2]);
  return 0;
}
