// One instance of the mesh as the command line finds it: its configuration and the pipes to its daemons,
// called as "operator".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/document.hpp"
#include "pipe/channel.hpp"
#include "scop/context.hpp"
#include "settings/mesh.hpp"

namespace scop::command {

class Instance {
 public:
  // Says what is wrong and returns nothing where the configuration cannot be read: exit status wrong_usage.
  static std::optional<Instance> open(const Context& context);

  const settings::Mesh& mesh() const { return mesh_; }
  const config::Document& document() const { return document_; }

  // One call, waited for. Unavailable daemons are named with their address.
  template <class Request, class Response>
  pipe::Result<Response> call(std::string_view callee, const pipe::Method<Request, Response>& method,
                              const Request& request,
                              std::chrono::milliseconds patience = std::chrono::seconds(15)) const {
    pipe::Result<Response> result = pipe::fail(pipe::Code::cancelled, "the call was not made");
    const auto conversed = converse(callee, [&](pipe::Channel& channel) -> Task<> {
      result = co_await channel.call(method, request, in(patience));
    });
    if (!conversed) return std::unexpected(conversed.error());
    return result;
  }

  // Runs the conversation to its end over a pipe of its own.
  pipe::Result<> converse(std::string_view callee,
                          const std::function<Task<>(pipe::Channel&)>& conversation) const;

 private:
  Instance(config::Document document, settings::Mesh mesh)
      : document_(std::move(document)), mesh_(std::move(mesh)) {}
  config::Document document_;
  settings::Mesh mesh_;
};

// The exit status of a call that failed, after saying why.
int report(const Context& context, std::string_view callee, const Instance& instance,
           const pipe::Status& status);

}  // namespace scop::command
