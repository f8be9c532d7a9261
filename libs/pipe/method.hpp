// The typed names of the mesh's methods, one line each: pipe::methods::pass is scop.v1.Stage/Pass.
#pragma once

#include <string_view>

#include "grpc/health/v1/health.pb.h"
#include "scop/v1/accounts.pb.h"
#include "scop/v1/courier.pb.h"
#include "scop/v1/daemon.pb.h"
#include "scop/v1/relay.pb.h"
#include "scop/v1/resolver.pb.h"
#include "scop/v1/signer.pb.h"
#include "scop/v1/spamfilter.pb.h"
#include "scop/v1/stage.pb.h"
#include "scop/v1/verifier.pb.h"

namespace scop::pipe {

template <class RequestType, class ResponseType>
struct Method {
  using Request = RequestType;
  using Response = ResponseType;
  std::string_view path;  // "scop.v1.Stage/Pass", as in the topology
};

namespace methods {

inline constexpr Method<grpc::health::v1::HealthCheckRequest, grpc::health::v1::HealthCheckResponse> health{
    "grpc.health.v1.Health/Check"};

inline constexpr Method<v1::Nothing, v1::DaemonStatus> daemon_status{"scop.v1.Daemon/Status"};
inline constexpr Method<v1::Nothing, v1::MetricsReply> daemon_metrics{"scop.v1.Daemon/Metrics"};

inline constexpr Method<v1::Part, v1::Receipt> pass{"scop.v1.Stage/Pass"};  // client-streaming
inline constexpr Method<v1::OutcomeQuestion, v1::OutcomeAnswer> outcome{"scop.v1.Stage/Outcome"};

inline constexpr Method<v1::AuthenticateRequest, v1::AuthenticateReply> authenticate{
    "scop.v1.Accounts/Authenticate"};
inline constexpr Method<v1::ScramBeginRequest, v1::ScramBeginReply> scram_begin{
    "scop.v1.Accounts/ScramBegin"};
inline constexpr Method<v1::ScramFinishRequest, v1::AuthenticateReply> scram_finish{
    "scop.v1.Accounts/ScramFinish"};
inline constexpr Method<v1::ReserveRequest, v1::ReserveReply> reserve{"scop.v1.Accounts/Reserve"};
inline constexpr Method<v1::ResolveRequest, v1::ResolveReply> resolve{"scop.v1.Accounts/Resolve"};

inline constexpr Method<v1::CheckRecipientRequest, v1::CheckRecipientReply> check_recipient{
    "scop.v1.Accounts/CheckRecipient"};
inline constexpr Method<v1::LookupRequest, v1::LookupReply> look_up_user{"scop.v1.Accounts/Lookup"};
inline constexpr Method<v1::Nothing, v1::DomainList> hosted_domains{"scop.v1.Accounts/HostedDomains"};
inline constexpr Method<v1::UsageReport, v1::Nothing> report_usage{"scop.v1.Accounts/ReportUsage"};

inline constexpr Method<v1::DomainRequest, v1::AdminReply> add_domain{"scop.v1.AccountsAdmin/AddDomain"};
inline constexpr Method<v1::Nothing, v1::DomainList> list_domains{"scop.v1.AccountsAdmin/ListDomains"};
inline constexpr Method<v1::UserRequest, v1::AdminReply> add_user{"scop.v1.AccountsAdmin/AddUser"};
inline constexpr Method<v1::UserRequest, v1::AdminReply> set_password{"scop.v1.AccountsAdmin/SetPassword"};
inline constexpr Method<v1::UserRequest, v1::AdminReply> set_disabled{"scop.v1.AccountsAdmin/SetDisabled"};
inline constexpr Method<v1::UserRequest, v1::AdminReply> set_quota{"scop.v1.AccountsAdmin/SetQuota"};
inline constexpr Method<v1::UserRequest, v1::AdminReply> remove_user{"scop.v1.AccountsAdmin/RemoveUser"};
inline constexpr Method<v1::Nothing, v1::UserList> list_users{"scop.v1.AccountsAdmin/ListUsers"};
inline constexpr Method<v1::AppPasswordRequest, v1::AppPasswordReply> add_app_password{
    "scop.v1.AccountsAdmin/AddAppPassword"};
inline constexpr Method<v1::AppPasswordRequest, v1::AdminReply> remove_app_password{
    "scop.v1.AccountsAdmin/RemoveAppPassword"};
inline constexpr Method<v1::AliasRequest, v1::AdminReply> add_alias{"scop.v1.AccountsAdmin/AddAlias"};
inline constexpr Method<v1::AliasRequest, v1::AdminReply> remove_alias{"scop.v1.AccountsAdmin/RemoveAlias"};
inline constexpr Method<v1::Nothing, v1::AliasList> list_aliases{"scop.v1.AccountsAdmin/ListAliases"};

inline constexpr Method<v1::QueueListRequest, v1::QueueListReply> queue_list{"scop.v1.Queue/List"};
inline constexpr Method<v1::QueueItemRequest, v1::QueueShowReply> queue_show{"scop.v1.Queue/Show"};
inline constexpr Method<v1::QueueActRequest, v1::QueueActReply> queue_act{"scop.v1.Queue/Act"};

inline constexpr Method<v1::AttemptPart, v1::AttemptReport> attempt{
    "scop.v1.Courier/Attempt"};  // client-streaming
inline constexpr Method<v1::ReportPolicyRequest, v1::ReportPolicy> find_report_policy{
    "scop.v1.Courier/FindReportPolicy"};
inline constexpr Method<v1::PostReportRequest, v1::PostReportReply> post_report{"scop.v1.Courier/PostReport"};
inline constexpr Method<v1::ExplainRequest, v1::Explanation> explain{"scop.v1.Courier/Explain"};
inline constexpr Method<v1::Question, v1::Answer> lookup{"scop.v1.Resolver/Lookup"};

inline constexpr Method<v1::ResolverStatisticsRequest, v1::ResolverStatistics> resolver_statistics{
    "scop.v1.ResolverAdmin/Statistics"};
inline constexpr Method<v1::ResolverFlushRequest, v1::ResolverFlushReply> resolver_flush{
    "scop.v1.ResolverAdmin/Flush"};

inline constexpr Method<v1::KeysRequest, v1::KeyList> list_keys{"scop.v1.Keys/List"};
inline constexpr Method<v1::KeysRequest, v1::PublishReply> publish_keys{"scop.v1.Keys/Publish"};

inline constexpr Method<v1::RotateRequest, v1::RotateReply> rotate_keys{"scop.v1.Keys/Rotate"};

inline constexpr Method<v1::TrainPart, v1::TrainReply> train{"scop.v1.Spamfilter/Train"};  // client-streaming
inline constexpr Method<v1::ReputationRequest, v1::ReputationReply> reputation{
    "scop.v1.Spamfilter/Reputation"};
inline constexpr Method<v1::Nothing, v1::StatisticsReply> statistics{"scop.v1.Spamfilter/Statistics"};

inline constexpr Method<v1::Nothing, v1::PendingReports> pending_reports{"scop.v1.Reports/Pending"};
inline constexpr Method<v1::SendReportsRequest, v1::PendingReports> send_reports{"scop.v1.Reports/Send"};
inline constexpr Method<v1::Nothing, v1::PendingReports> pending_tls_reports{"scop.v1.TlsReports/Pending"};
inline constexpr Method<v1::SendReportsRequest, v1::PendingReports> send_tls_reports{
    "scop.v1.TlsReports/Send"};

}  // namespace methods
}  // namespace scop::pipe
