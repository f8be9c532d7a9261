// libunbound's asynchronous interface as coroutines: its one thread resolves and validates, results come over
// its descriptor, on Asio readiness. The same question twice at once is one resolution inside the library.
#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "asio/task.hpp"
#include "dns/extended_error.hpp"
#include "resolver/context.hpp"
#include "resolver/found.hpp"

namespace scop::resolver {

// A look-up that did not come to an end; `transient` says nothing about the name.
Found no_answer(std::string name, std::string why, dns::InfoCode code, bool transient);

class Unbound {
 public:
  Unbound(asio::io_context& io, Context context, bool validates, LibraryLog& log);
  ~Unbound();
  Unbound(const Unbound&) = delete;
  Unbound& operator=(const Unbound&) = delete;

  void start();  // the library's thread starts with the first question after this
  void stop();

  // `name` in presentation form. Never fails: what goes wrong is SERVFAIL and its reason.
  Task<Found> look_up(std::string name, dns::Type type, Deadline deadline);

 private:
  struct Waiting {
    Unbound* owner;
    std::uint64_t key;
    std::string name;
    dns::Type type;
    Timer timer;
    std::optional<Found> found;
    bool abandoned = false;
    int id = 0;
  };
  static void on_result(void* waiting, int status, ub_result* result);
  Found read(const Waiting& waiting, const ub_result& result) const;
  Found failed(const Waiting& waiting, dns::Rcode rcode) const;
  void wait_for_results();
  void give_up(Waiting& waiting);

  using Descriptor = asio::posix::basic_stream_descriptor<Executor>;
  asio::io_context& io_;
  Context context_;
  bool validates_;
  LibraryLog& log_;
  bool running_ = false;
  Descriptor descriptor_;
  std::uint64_t next_key_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<Waiting>> waiting_;
};

}  // namespace scop::resolver
