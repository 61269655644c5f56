package main

import (
	"fmt"

	certmanager "github.com/cert-manager/cert-manager/internal/apis/certmanager"
	certmanagerinstall "github.com/cert-manager/cert-manager/internal/apis/certmanager/install"
	certmanagervalidation "github.com/cert-manager/cert-manager/internal/apis/certmanager/validation"
	trust "github.com/cert-manager/trust-manager/pkg/apis/trust/v1alpha1"
	istionetworking "istio.io/client-go/pkg/apis/networking/v1"
	istiofilters "istio.io/client-go/pkg/apis/networking/v1alpha3"
	istiosecurity "istio.io/client-go/pkg/apis/security/v1"
	"istio.io/istio/pkg/config"
	istiovalidation "istio.io/istio/pkg/config/validation"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
)

// systems has the types of what is added to Kubernetes.
var systems = func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		gateway.Install, trust.AddToScheme, istionetworking.AddToScheme, istiofilters.AddToScheme,
		istiosecurity.AddToScheme,
	} {
		utilruntime.Must(add(scheme))
	}
	certmanagerinstall.Install(scheme)
	return scheme
}()

// judgeBySystem asks for what the webhook of the system itself would say.
func judgeBySystem(given document) (wrong, warnings []string) {
	decoded, err := given.strictly(systems)
	if runtime.IsNotRegisteredError(err) {
		// Its CRD alone says what it is
		return nil, nil
	}
	if err != nil {
		return []string{err.Error()}, nil
	}
	if given.kind.Group == "cert-manager.io" {
		return byCertManager(decoded)
	}
	return byIstio(given, decoded)
}

func byCertManager(decoded runtime.Object) (wrong, warnings []string) {
	systems.Default(decoded)
	internal, err := systems.UnsafeConvertToVersion(decoded, runtime.InternalGroupVersioner)
	if err != nil {
		return []string{err.Error()}, nil
	}
	var errs field.ErrorList
	switch internal.(type) {
	case *certmanager.Certificate:
		errs, warnings = certmanagervalidation.ValidateCertificate(nil, internal)
	case *certmanager.Issuer:
		errs, warnings = certmanagervalidation.ValidateIssuer(nil, internal)
	case *certmanager.ClusterIssuer:
		errs, warnings = certmanagervalidation.ValidateClusterIssuer(nil, internal)
	default:
		return []string{fmt.Sprintf("no validator is called here for %T", internal)}, nil
	}
	return textsOf(errs), warnings
}

func byIstio(given document, decoded runtime.Object) (wrong, warnings []string) {
	var spec config.Spec
	var validate istiovalidation.ValidateFunc
	switch one := decoded.(type) {
	case *istiosecurity.PeerAuthentication:
		spec, validate = &one.Spec, istiovalidation.ValidatePeerAuthentication
	case *istiosecurity.AuthorizationPolicy:
		spec, validate = &one.Spec, istiovalidation.ValidateAuthorizationPolicy
	case *istionetworking.Gateway:
		spec, validate = &one.Spec, istiovalidation.ValidateGateway
	case *istionetworking.DestinationRule:
		spec, validate = &one.Spec, istiovalidation.ValidateDestinationRule
	default:
		return nil, nil
	}
	warning, err := validate(config.Config{
		Meta: config.Meta{
			GroupVersionKind: config.GroupVersionKind{
				Group: given.kind.Group, Version: given.kind.Version, Kind: given.kind.Kind,
			},
			Name:        given.object.GetName(),
			Namespace:   given.object.GetNamespace(),
			Labels:      given.object.GetLabels(),
			Annotations: given.object.GetAnnotations(),
		},
		Spec: spec,
	})
	if err != nil {
		wrong = append(wrong, err.Error())
	}
	if warning != nil {
		warnings = append(warnings, warning.Error())
	}
	return wrong, warnings
}
