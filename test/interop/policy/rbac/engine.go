package main

import (
	"context"
	"crypto/x509"
	"net"
	"strings"

	rbacpb "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/internal/transport"
	"google.golang.org/grpc/internal/xds/rbac"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// The engine takes every call for a POST of gRPC's, so the method stands in a header of ours.
const methodHeader = "x-method"

type connection struct{ net.Conn }

func (connection) LocalAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443} }

type stream struct {
	grpc.ServerTransportStream
	path string
}

func (s stream) Method() string { return s.path }

// Asks gRPC's own engine, filter by filter. Path and query are parted as Envoy parts them.
func decide(filters []*rbacpb.RBAC, caller *x509.Certificate, method, target string) (bool, error) {
	for _, filter := range filters {
		for _, policy := range filter.GetPolicies() {
			for _, one := range policy.GetPermissions() {
				renameMethod(one)
			}
		}
	}
	engine, err := rbac.NewChainEngine(filters, "policy")
	if err != nil {
		return false, err
	}
	path, _, _ := strings.Cut(target, "?")
	info := credentials.TLSInfo{}
	info.State.PeerCertificates = []*x509.Certificate{caller}
	ctx := metadata.NewIncomingContext(context.Background(), metadata.Pairs(methodHeader, method))
	ctx = peer.NewContext(ctx, &peer.Peer{Addr: connection{}.LocalAddr(), AuthInfo: info})
	ctx = grpc.NewContextWithServerTransportStream(ctx, stream{path: path})
	ctx = transport.SetConnection(ctx, connection{})
	err = engine.IsAuthorized(ctx)
	if err != nil && status.Code(err) != codes.PermissionDenied {
		return false, err
	}
	return err == nil, nil
}

func renameMethod(permission *rbacpb.Permission) {
	switch rule := permission.GetRule().(type) {
	case *rbacpb.Permission_AndRules:
		for _, one := range rule.AndRules.GetRules() {
			renameMethod(one)
		}
	case *rbacpb.Permission_OrRules:
		for _, one := range rule.OrRules.GetRules() {
			renameMethod(one)
		}
	case *rbacpb.Permission_NotRule:
		renameMethod(rule.NotRule)
	case *rbacpb.Permission_Header:
		if rule.Header.GetName() == ":method" {
			rule.Header.Name = methodHeader
		}
	}
}
